/** The beginning: a place to look at, a change set to go on with, or a new one. */
import type { ChangeSet } from "../../api/changeSets";
import { search } from "../../api/endpoints";
import type { NamedCode, SearchResult } from "../../api/types";
import { day } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import type { Place } from "../../workbench/address";
import type { Desk } from "../../workbench/desk";
import { said } from "../../workbench/problemWords";
import { allowsSomewhere } from "../../workbench/session";
import { h, name } from "../dom";
import { Latest } from "../problems";
import { button, field, fillBox, section, working } from "./parts";
import { reasonBox } from "./reasonBox";

const OPENABLE: readonly string[] = ["town", "village", "grid"];
const PAUSE_MS = 200;

export class StartPanel {
  readonly element = h("div", { class: "start" });
  private readonly found = h("ul", { class: "choices", "aria-live": "polite" });
  private readonly sets = h("div", { class: "sets" });
  private readonly latest = new Latest();
  private timer = 0;
  private query = "";

  constructor(private readonly desk: Desk) {}

  render(): void {
    const account = this.desk.signedIn.account();
    const grants = this.desk.signedIn.session.get().grants;
    const box = h("input", { id: "place-search", type: "search", maxlength: "80", spellcheck: "false", placeholder: t("wb.placeExample") });
    box.value = this.query;
    box.addEventListener("input", () => this.typed(box.value));
    box.addEventListener("keydown", (event) => this.onKey(event, box.value));
    fillBox(
      this.element,
      section(t("wb.openPlace"), field(t("wb.openPlaceLabel"), box, t("wb.openPlaceHint")), this.found),
      account === null ? h("p", { class: "notice" }, t("wb.signInFirst")) : null,
      allowsSomewhere(grants, "change_set.read") ? section(t("wb.goOn"), this.sets) : null,
    );
    if (allowsSomewhere(grants, "change_set.read")) void this.listSets();
  }

  private typed(text: string): void {
    this.query = text.trim();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.find(), PAUSE_MS);
  }

  /** Enter opens the only place found; among several it goes to the first, as the arrow does. Not while Chinese is composed. */
  private onKey(event: KeyboardEvent, text: string): void {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const go = (): void => {
      const rows = this.found.querySelectorAll<HTMLButtonElement>("button.choice");
      if (event.key === "Enter" && rows.length === 1) rows[0]!.click();
      else rows[0]?.focus();
    };
    if (this.timer === 0 && text.trim() === this.query) return go();
    clearTimeout(this.timer);
    this.query = text.trim();
    this.find(go);
  }

  private find(done: () => void = () => undefined): void {
    this.timer = 0;
    if (this.query === "") return fillBox(this.found);
    const failed = (error: unknown): void => fillBox(this.found, h("li", { class: "problem" }, said(error).text));
    void this.latest.run(
      (signal) => search(this.query, signal),
      (results) => {
        this.show(results);
        done();
      },
      failed,
    );
  }

  private show(results: readonly SearchResult[]): void {
    const usable = results.filter(({ code, type }) => code !== null && OPENABLE.includes(type));
    const rows = usable.map((one) => this.choice(one));
    fillBox(this.found, ...(rows.length > 0 ? rows : [h("li", { class: "muted" }, t("wb.noPlace"))]));
  }

  private choice({ code, name: text, path, type }: SearchResult): HTMLElement {
    const open = (): void => void this.desk.go({ set: null, place: { kind: "unit", code: code! }, at: null });
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "choice", id: `open-${code}`, onclick: open },
        name(text),
        h("span", { class: "tag" }, tOr(`level.${type}`, type)),
        h("span", { class: "muted", lang: "zh-CN" }, path),
      ),
    );
  }

  private async listSets(): Promise<void> {
    if (this.sets.childElementCount === 0) fillBox(this.sets, working(t("wb.loading")));
    try {
      const states = ["draft", "checked", "county_decided"];
      const found = await this.desk.sets.list("", states);
      fillBox(
        this.sets,
        setList(found.slice(0, 50), (set) => void this.desk.go({ set: set.id, place: null, at: null })),
      );
    } catch (error) {
      fillBox(this.sets, h("p", { class: "problem" }, said(error).text));
    }
  }
}

export function setList(sets: readonly ChangeSet[], chosen: (set: ChangeSet) => void): HTMLElement {
  if (sets.length === 0) return h("p", { class: "muted" }, t("wb.noSets"));
  const rows = sets.map((set) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "choice", id: `set-${set.id}`, onclick: () => chosen(set) },
        h("span", {}, `#${set.id} `, name(set.title)),
        stateChip(set.state),
        h("span", { class: "muted" }, `${set.scope} · ${t("wb.commandCount", { n: set.commands.length })} · ${day(set.created_at)}`),
      ),
    ),
  );
  return h("ul", { class: "choices" }, ...rows);
}

export function stateChip(state: string): HTMLElement {
  return h("span", { class: `state is-${state}` }, tOr(`change.state.${state}`, state));
}

/** What a place needs before it can be edited: a change set that goes on, or a new one. */
export class BeginPanel {
  readonly element = h("div", { class: "begin" });
  private readonly sets = h("div", { class: "sets" });
  private readonly problem = h("p", { class: "field-error", role: "alert" });

  constructor(
    private readonly desk: Desk,
    private readonly reasons: readonly NamedCode[],
    private readonly signIn: () => void,
  ) {}

  render(): void {
    const scope = this.desk.extent.get()?.scope;
    if (scope === undefined) return fillBox(this.element);
    if (this.desk.signedIn.account() === null) return fillBox(this.element, this.asSomebody());
    if (!this.desk.signedIn.may("change_set.open", scope)) return fillBox(this.element, h("p", { class: "notice" }, t("wb.lookOnly")));
    fillBox(this.element, section(t("wb.goOnHere"), this.sets), section(t("wb.newSet"), this.form(scope)));
    void this.listSets(scope);
  }

  private asSomebody(): HTMLElement {
    return h(
      "div",
      { class: "notice" },
      h("p", {}, t("wb.signInToEdit")),
      button(t("wb.signIn"), this.signIn, { strong: true, icon: "person" }),
    );
  }

  private async listSets(scope: string): Promise<void> {
    try {
      const found = await this.desk.sets.list(scope, ["draft", "checked"]);
      const { place } = this.desk.address.get();
      fillBox(
        this.sets,
        setList(found.slice(0, 20), (set) => void this.desk.go({ set: set.id, place: placeFor(set, place), at: null })),
      );
    } catch (error) {
      fillBox(this.sets, h("p", { class: "problem" }, said(error).text));
    }
  }

  private form(scope: string): HTMLElement {
    const title = h("input", { id: "new-title", type: "text", maxlength: "200", required: true });
    const reason = reasonBox("new-reason", this.reasons, null);
    const note = h("textarea", { id: "new-note", maxlength: "4000", rows: "2" });
    const submit = h("button", { type: "submit", class: "button small strong", id: "new-open" }, t("wb.openSet"));
    const send = (event: Event): void => {
      event.preventDefault();
      void this.send(submit, { title: title.value.trim(), reason: reason.value, note: note.value, scope });
    };
    return h(
      "form",
      { onsubmit: send },
      field(t("wb.setTitle"), title),
      field(t("wb.reason"), reason),
      field(t("wb.note"), note),
      this.problem,
      submit,
    );
  }

  private async send(submit: HTMLButtonElement, wish: { title: string; reason: string; note: string; scope: string }): Promise<void> {
    submit.disabled = true;
    this.problem.textContent = "";
    try {
      await this.desk.openNew(wish, this.desk.placeNow());
    } catch (error) {
      this.problem.textContent = said(error).text;
    } finally {
      submit.disabled = false;
    }
  }
}

/** A set of a larger unit is opened at the place one is looking at. */
function placeFor(set: ChangeSet, place: Place | null): Place | null {
  if (place?.kind === "unit" && !place.code.startsWith(set.scope)) return null;
  return place;
}
