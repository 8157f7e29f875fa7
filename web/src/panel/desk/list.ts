/** The list of incidents: lanes above, filters, one row for each, of which one is the tab stop. */
import type { DeskRow } from "../../api/desk";
import type { Meta } from "../../api/types";
import type { IncidentDesk } from "../../desk/desk";
import { counts, isIn, LANES, NO_FILTERS, shown, type Filters, type Lane } from "../../desk/rows";
import { integer } from "../../i18n/format";
import { named, t } from "../../i18n/i18n";
import { STATES } from "../../desk/states";
import { byId, h, name } from "../dom";
import { Kept } from "../keep";
import { markPicture } from "../marks";
import { button, field, select, type Option } from "../workbench/parts";
import { agoText, dueText, gridText, matterText, stateText } from "./words";

const PAGE_ROWS = 200;
const FRESH_MS = 20_000;

export class DeskList {
  private limit = PAGE_ROWS;
  private listed: DeskRow[] = [];
  private current: string | null = null;
  private areas: ReadonlyMap<string, string> = new Map();
  private readonly fresh = new Map<string, number>();
  private readonly rowsKept = new Kept();
  private readonly lanesKept = new Kept();

  constructor(
    private readonly desk: IncidentDesk,
    private readonly meta: Meta,
    private readonly open: (no: string) => void,
  ) {
    byId("rows").addEventListener("keydown", (event) => this.key(event));
    desk.filters.subscribe(() => {
      this.limit = PAGE_ROWS;
      this.render();
    });
    desk.changed.subscribe((numbers) => {
      for (const no of numbers) this.fresh.set(no, desk.now());
      if (numbers.size === 0) this.renderFilters();
      this.render();
    });
  }

  rows(): readonly DeskRow[] {
    return this.listed;
  }

  translate(): void {
    this.renderFilters();
    this.render();
  }

  render(): void {
    const now = this.desk.now();
    const filters = this.desk.filters.get();
    this.areas = new Map(this.desk.answer.areas);
    this.listed = shown(this.desk.rows(), filters, now);
    this.renderLanes(filters, now);
    this.renderCount();
    const rows = this.listed.slice(0, this.limit).map((row) => [row.no, this.row(row, now)] as const);
    const focused = document.activeElement?.closest<HTMLElement>("#rows [data-no]")?.dataset["no"];
    this.rowsKept.show(byId("rows"), [...(rows.length === 0 ? [["nothing", this.nothing()] as const] : rows), ...this.more()]);
    this.placeTabStop();
    if (focused) this.element(focused)?.focus({ preventScroll: true }); // one that was moved has lost it
  }

  private renderLanes(filters: Filters, now: number): void {
    const held = counts(this.desk.rows(), filters, now);
    const lane = (one: Lane, i: number): readonly [string, HTMLElement] => [
      one,
      h(
        "button",
        {
          type: "button",
          id: `lane-${one}`,
          class: `lane lane-${one}`,
          "aria-pressed": String(filters.lane === one),
          title: String(i + 1),
          onclick: () => this.chooseLane(one),
        },
        h("span", {}, t(`dk.lane.${one}`)),
        h("strong", {}, this.desk.isLoaded() ? integer(held[one]) : "–"),
      ),
    ];
    this.lanesKept.show(byId("lanes"), LANES.map(lane));
  }

  chooseLane(lane: Lane): void {
    this.desk.filters.set({ ...this.desk.filters.get(), lane });
  }

  private renderCount(): void {
    const [n, listed] = [integer(this.listed.length), integer(Math.min(this.limit, this.listed.length))];
    const text = this.listed.length > this.limit ? t("dk.countShown", { n, shown: listed }) : t("dk.count", { n });
    byId("list-count").hidden = !this.desk.isLoaded();
    const beyond = this.desk.beyond();
    byId("list-count").replaceChildren(text, ...(beyond > 0 ? [" ", h("strong", {}, t("dk.beyond", { n: integer(beyond) }))] : []));
    const { family, matter, state, text: words } = this.desk.filters.get();
    const set = [family, matter, state, words.trim(), this.desk.unit.get()].filter((one) => one !== "").length;
    byId("filter-summary").textContent = set > 0 ? t("dk.filterOn", { n: set }) : t("dk.filter");
  }

  private nothing(): HTMLElement {
    const isBare = [...this.desk.rows()].length === 0;
    const text = this.desk.isLoaded() ? t(isBare ? "dk.empty" : "dk.noMatch") : this.desk.link.get() === "loading" ? t("dk.loading") : "";
    return h("li", { class: "muted nothing" }, text);
  }

  private more(): (readonly [string, HTMLElement])[] {
    const rest = Math.min(this.listed.length - this.limit, PAGE_ROWS);
    if (rest <= 0) return [];
    const act = (): void => {
      this.limit += PAGE_ROWS;
      this.render();
    };
    return [["more", h("li", {}, button(t("dk.more", { n: integer(rest) }), act, { id: "more-rows" }))]];
  }

  private row(row: DeskRow, now: number): HTMLElement {
    const due = dueText(row, now);
    const isOver = isIn("overdue", row, now);
    const tone = isOver ? "is-over" : isIn("due_soon", row, now) ? "is-soon" : "";
    const isFresh = now - (this.fresh.get(row.no) ?? -Infinity) < FRESH_MS;
    const ago = agoText(now - Date.parse(row.reported_at));
    const chosen = this.desk.chosen.get();
    return h(
      "li",
      { class: isFresh ? "is-fresh" : null },
      h(
        "button",
        {
          type: "button",
          class: `desk-row ${tone}`,
          "data-no": row.no,
          "aria-current": chosen.kind !== "none" && chosen.no === row.no ? "true" : null,
          tabindex: "-1",
          onclick: () => this.choose(row.no),
        },
        h("span", { class: "row-mark" }, markPicture(row.family)),
        h(
          "span",
          { class: "row-head" },
          h("strong", {}, matterText(row.matter, this.meta)),
          row.urgent && h("span", { class: "badge urgent" }, t("incidents.urgent")),
          row.on_border && h("span", { class: "badge" }, t("dk.border")),
        ),
        h("span", { class: `row-due ${tone}` }, due ?? ago),
        h("span", { class: "row-where" }, gridText(row, this.areas), ...(row.address ? [" · ", name(row.address)] : [])),
        h("span", { class: "row-state" }, stateText(row.state)),
      ),
    );
  }

  private element(no: string): HTMLElement | null {
    return byId("rows").querySelector<HTMLElement>(`[data-no="${no}"]`);
  }

  private placeTabStop(): void {
    const stop = (this.current && this.element(this.current)) || byId("rows").querySelector<HTMLElement>("[data-no]");
    if (stop) stop.tabIndex = 0;
  }

  private choose(no: string): void {
    this.current = no;
    this.open(no);
    this.render();
  }

  /** The one that is pointed at: focused, else chosen, else the first. */
  pointed(): string | null {
    return this.current !== null && this.listed.some(({ no }) => no === this.current) ? this.current : null;
  }

  /** Moves the focus up or down the list. */
  step(by: number): void {
    if (this.listed.length === 0) return;
    const at = this.listed.findIndex(({ no }) => no === this.current);
    const next = Math.min(Math.max(at + by, 0), Math.min(this.listed.length, this.limit) - 1);
    this.current = this.listed[next]!.no;
    const before = byId("rows").querySelector<HTMLElement>('[data-no][tabindex="0"]');
    if (before) before.tabIndex = -1;
    this.placeTabStop();
    this.element(this.current)?.focus();
  }

  focusCurrent(): void {
    (this.current ? this.element(this.current) : null)?.focus();
  }

  private key(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.step(by);
  }

  private renderFilters(): void {
    const { family, matter, state, text } = this.desk.filters.get();
    const set = (part: Partial<Filters>): void => this.desk.filters.set({ ...this.desk.filters.get(), ...part });
    const chooseFamily = (value: string): void => {
      set({ family: value, matter: "" });
      this.renderFilters();
      byId("filter-family").focus();
    };
    const words = h("input", { id: "filter-text", type: "search", maxlength: "60", spellcheck: "false" });
    words.value = text;
    words.addEventListener("input", () => set({ text: words.value }));
    const clear = (): void => {
      this.desk.filters.set({ ...NO_FILTERS, lane: this.desk.filters.get().lane });
      if (this.desk.unit.get() !== "") this.desk.setUnit("");
      this.renderFilters();
      byId("filter-text").focus();
    };
    byId("filters").replaceChildren(
      field(t("dk.filter.text"), words),
      field(t("dk.filter.area"), picker("filter-area", this.areaOptions(), this.desk.unit.get(), (value) => this.desk.setUnit(value))),
      field(t("incidents.family"), picker("filter-family", this.familyOptions(), family, chooseFamily)),
      field(t("incidents.matter"), picker("filter-matter", this.matterOptions(family), matter, (value) => set({ matter: value }))),
      field(t("dk.filter.state"), picker("filter-state", stateOptions(), state, (value) => set({ state: value }))),
      button(t("dk.filter.clear"), clear, { id: "filter-clear" }),
    );
  }

  private areaOptions(): Option<string>[] {
    const areas = this.desk.answer.areas.filter(([code]) => code.length <= 9);
    const indent = (code: string): string => (code.length === 9 ? "　" : "");
    return [["", t("dk.filter.allAreas")], ...areas.map(([code, text]): Option<string> => [code, `${indent(code)}${text}`])];
  }

  private familyOptions(): Option<string>[] {
    return [["", t("incidents.allFamilies")], ...this.meta.families.map((one): Option<string> => [one.code, named(one)])];
  }

  private matterOptions(family: string): Option<string>[] {
    const fitting = this.meta.matters.filter((one) => family === "" || one.family === family);
    return [["", t("incidents.allMatters")], ...fitting.map((one): Option<string> => [one.code, named(one)])];
  }
}

function picker(id: string, options: readonly Option<string>[], value: string, chosen: (value: string) => void): HTMLSelectElement {
  const box = select(id, options, value);
  if (id === "filter-area") box.lang = "zh-CN";
  box.addEventListener("change", () => chosen(box.value));
  return box;
}

const stateOptions = (): Option<string>[] => [
  ["", t("dk.filter.allStates")],
  ...STATES.map((state): Option<string> => [state, stateText(state)]),
];
