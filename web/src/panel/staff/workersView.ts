/** The tab of grid workers: those of a place, and the card of one. */
import { addWorker, KINDS, listWorkers, type GridWorker } from "../../api/gridWorkers";
import { day, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { EVERYBODY_ACTIVE, filtered, STATES, type WorkerFilter, type WorkerState } from "../../staff/workers";
import { h, name } from "../dom";
import { button, field, fillBox, select, type Option } from "../workbench/parts";
import { askChoice, askFor, askText } from "./asking";
import { DataTable, type Column } from "./table";
import { View, type Surroundings } from "./view";
import { WorkerCard } from "./workerCard";
import { kindText, stateTags } from "./words";

interface Answer {
  readonly workers: readonly GridWorker[];
  readonly truncated: boolean;
}

export class WorkersView extends View<Answer> {
  private filter: WorkerFilter = EVERYBODY_ACTIVE;
  private readonly table = new DataTable<GridWorker>("workers");
  private readonly count = h("p", { class: "muted", role: "status", id: "workers-count" });
  private readonly side: HTMLElement = h("section", { class: "staff-card-box", id: "worker", tabindex: "-1", hidden: true });
  private readonly card: WorkerCard;

  constructor(
    around: Surroundings,
    private readonly chosen: (worker: number | null) => void,
  ) {
    super(around);
    this.card = new WorkerCard(around, {
      close: () => this.choose(null),
      changed: () => this.load(),
    });
  }

  protected ask(place: string, signal: AbortSignal): Promise<Answer> {
    return listWorkers(place, signal);
  }

  /** Opens the card of a worker, or closes it; the address follows. */
  choose(worker: number | null): void {
    this.show(worker);
    this.chosen(worker);
    if (worker === null) this.element.querySelector<HTMLElement>("#worker-search")?.focus();
  }

  show(worker: number | null): void {
    this.side.hidden = worker === null;
    this.element.dataset["card"] = worker === null ? "none" : "open";
    if (worker === null) this.card.leave();
    else this.card.open(worker, this.side);
  }

  protected render(answer: Answer): void {
    const add = this.around.signedIn.may("duty.edit", this.place) && button(t("st.addWorker"), () => this.askNew(), { id: "add-worker", strong: true });
    const text = h("input", { id: "worker-search", type: "search", maxlength: "60", spellcheck: "false", autocomplete: "off" });
    text.value = this.filter.text;
    text.addEventListener("input", () => this.narrow({ text: text.value }));
    const kinds: Option<string>[] = [["", t("st.allKinds")], ...KINDS.map((one): Option<string> => [one, kindText(one)])];
    const kind = select("worker-kind", kinds, this.filter.kind);
    kind.addEventListener("change", () => this.narrow({ kind: kind.value }));
    const states: Option<string>[] = [["", t("st.allStates")], ...STATES.map((one): Option<string> => [one, t(`st.state.${one}`)])];
    const state = select("worker-state", states, this.filter.state);
    state.addEventListener("change", () => this.narrow({ state: state.value as WorkerState | "" }));
    const tools = h("div", { class: "staff-tools" }, field(t("st.search"), text), field(t("st.kind"), kind), field(t("st.state"), state), add);
    const truncated = answer.truncated && h("p", { class: "notice" }, t("st.truncated"));
    fillBox(this.element, h("div", { class: "staff-main" }, tools, truncated, this.count, this.table.element), this.side);
    this.renderRows(answer);
    this.card.translate();
  }

  private narrow(part: Partial<WorkerFilter>): void {
    this.filter = { ...this.filter, ...part };
    if (this.answer) this.renderRows(this.answer);
  }

  private renderRows({ workers }: Answer): void {
    const rows = filtered(workers, this.filter);
    this.count.textContent = t("st.workersShown", { n: integer(workers.length), shown: integer(rows.length) });
    const empty = workers.length === 0 ? t("st.noWorkers") : t("st.noMatch");
    this.table.show(rows, { id: "workers", caption: t("st.tab.workers"), columns: this.columns(), key: ({ id }) => String(id), empty });
  }

  private columns(): Column<GridWorker>[] {
    const dated = (text: string | null): string => (text === null ? "—" : day(text));
    const open = (one: GridWorker): HTMLElement => h("button", { type: "button", class: "link", id: `worker-${one.id}`, onclick: () => this.choose(one.id) }, name(one.name));
    return [
      { key: "name", title: t("st.name"), value: (one) => one.name, cell: open },
      { key: "state", title: t("st.state"), value: (one) => Number(one.qualified), cell: stateTags },
      { key: "kind", title: t("st.kind"), value: (one) => one.kind, cell: (one) => kindText(one.kind) },
      { key: "place", title: t("st.place"), value: (one) => one.scope, cell: (one) => name(this.around.placeName(one.scope)) },
      { key: "phone", title: t("st.phone"), value: (one) => one.work_phone, cell: (one) => one.work_phone },
      { key: "trained", title: t("st.trainedOn"), value: (one) => one.trained_on, cell: (one) => dated(one.trained_on) },
      { key: "assessed", title: t("st.assessedOn"), value: (one) => one.assessed_on, cell: (one) => dated(one.assessed_on) },
      { key: "badge", title: t("st.badge"), value: (one) => one.badge_no, cell: (one) => one.badge_no },
    ];
  }

  private askNew(): void {
    const scope = this.place.length > 12 ? this.place.slice(0, 12) : this.place;
    askFor({
      title: t("st.addWorker"),
      text: t("st.addWorkerText"),
      asked: [
        askText("name", t("st.name")),
        askText("work_phone", t("st.phone"), { type: "tel", longest: 30 }),
        askChoice("kind", t("st.kind"), KINDS.map((one): Option<string> => [one, kindText(one)]), "full_time"),
        askText("scope", t("st.placeCode"), { value: scope, longest: 12, limits: { inputmode: "numeric", pattern: "\\d{6}|\\d{9}|\\d{12}" }, hint: t("st.placeCodeHint") }),
      ],
      yes: t("st.enter"),
      send: async (given) => {
        const worker = await this.around.signedIn.withToken((csrf) => addWorker(given, csrf));
        this.around.say(() => t("st.workerAdded", { name: worker.name }));
        this.load();
        this.choose(worker.id);
      },
    });
  }
}
