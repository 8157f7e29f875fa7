/** Who changed what, asked for by a button and read anew after each change. */
import { t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import type { Told } from "../../office/desk";
import { allowsSomewhere } from "../../workbench/session";
import { h } from "../dom";
import { Latest } from "../problems";
import { button, fillBox, section, working } from "../workbench/parts";
import type { Editing } from "./codes";
import { failure, scroll } from "./words";

export interface Asked<T> {
  readonly ask: (signal: AbortSignal) => Promise<readonly T[]>;
  readonly heads: readonly Key[];
  readonly row: (change: T) => readonly HTMLElement[];
}

export class ChangesBox<T> {
  readonly element = h("div", {});
  private told: Told<readonly T[]> = { kind: "none" };
  private readonly latest = new Latest();

  constructor(
    private readonly editing: Editing,
    private readonly asked: Asked<T>,
  ) {}

  /** Once more, where it is shown. */
  again(): void {
    if (this.told.kind !== "none") this.read();
  }

  private read(): void {
    if (this.told.kind !== "told") this.tell({ kind: "working" });
    void this.latest.run(
      this.asked.ask,
      (answer) => this.tell({ kind: "told", answer }),
      (error) => this.tell({ kind: "failed", error }),
    );
  }

  private tell(told: ChangesBox<T>["told"]): void {
    this.told = told;
    this.render();
  }

  render(): void {
    const sees = allowsSomewhere(this.editing.signedIn.session.get().grants, "settings.history");
    fillBox(this.element, sees && section(t("of.codes.changes"), this.body()));
  }

  private body(): HTMLElement {
    const { told } = this;
    if (told.kind === "none") return button(t("of.codes.showChanges"), () => this.read(), { id: "show-changes" });
    if (told.kind === "failed") return failure(told.error, { ...this.editing, retry: () => this.read() });
    if (told.kind !== "told") return working(t("of.loading"));
    if (told.answer.length === 0) return h("p", { class: "muted" }, t("of.codes.noChanges"));
    const head = h("tr", {}, ...this.asked.heads.map((key) => h("th", { scope: "col" }, t(key))));
    const rows = told.answer.map((one) => h("tr", {}, ...this.asked.row(one)));
    return scroll(t("of.codes.changes"), h("table", { class: "office-table", id: "changes" }, h("thead", {}, head), h("tbody", {}, ...rows)));
  }
}
