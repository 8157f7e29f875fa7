/** The change set: what it is called, and its commands in words, the last one first. */
import type { ChangeSet, StoredCommand } from "../../api/changeSets";
import type { NamedCode } from "../../api/types";
import { instant } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import type { Desk } from "../../workbench/desk";
import { inWords, namerAt, unitsOf } from "../../workbench/describing";
import { common } from "../../workbench/reconciling";
import type { Review } from "../../workbench/review";
import { h, name } from "../dom";
import { button, field, fillBox, iconButton, words } from "./parts";
import { reasonBox, reasonName } from "./reasonBox";
import { stateChip } from "./start";

export class WorkPanel {
  readonly element = h("div", { class: "work" });
  private readonly head = h("div", { class: "set-head" });
  private readonly list = h("ol", { class: "commands", reversed: true, id: "commands" });
  private readonly tools = h("div", { class: "row" });
  private isEditing = false;

  constructor(
    private readonly desk: Desk,
    private readonly review: Review,
    private readonly reasons: readonly NamedCode[],
  ) {
    this.element.append(this.head, this.tools, this.list);
  }

  render(): void {
    const set = this.desk.store.changeSet.get();
    if (set === null) return;
    if (!this.isEditing) this.renderHead(set);
    this.renderCommands();
  }

  private renderHead(set: ChangeSet): void {
    const editable = this.desk.store.readOnly.get() === null;
    const edit = (): void => this.editHead(set);
    fillBox(
      this.head,
      h("div", { class: "set-line" }, h("h2", {}, h("span", { class: "muted" }, `#${set.id} `), name(set.title)), stateChip(set.state)),
      h(
        "p",
        { class: "muted" },
        [reasonName(set), `${t("wb.openedBy")} ${set.opened_by ?? t("wb.operator")}`, instant(set.created_at)].join(" · "),
      ),
      set.reverses === null ? null : h("p", { class: "muted" }, t("wb.reverses", { n: set.reverses })),
      set.note === "" ? null : h("p", { class: "set-note", lang: "zh-CN" }, set.note),
      editable ? h("button", { type: "button", class: "link", id: "edit-set", onclick: edit }, t("wb.editDetails")) : null,
      set.commands.length > 0 || set.state !== "draft" ? null : h("p", { class: "muted" }, t("wb.firstSteps")),
    );
  }

  private editHead(set: ChangeSet): void {
    this.isEditing = true;
    const title = h("input", { id: "set-title", type: "text", maxlength: "200", required: true });
    const reason = reasonBox("set-reason", this.reasons, set);
    const note = h("textarea", { id: "set-note", maxlength: "4000", rows: "3" });
    [title.value, note.value] = [set.title, set.note];
    const close = (): void => {
      this.isEditing = false;
      this.render();
      document.getElementById("edit-set")?.focus();
    };
    const save = async (event: Event): Promise<void> => {
      event.preventDefault();
      const details = { title: title.value.trim(), reason: reason.value, note: note.value };
      if (await this.review.edit(details)) close();
    };
    const buttons = h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "button small strong" }, t("wb.save")),
      button(t("wb.cancel"), close),
    );
    fillBox(
      this.head,
      h(
        "form",
        { onsubmit: (event) => void save(event) },
        field(t("wb.setTitle"), title),
        field(t("wb.reason"), reason),
        field(t("wb.note"), note),
        buttons,
      ),
    );
    title.focus();
  }

  private renderCommands(): void {
    const { store, saver } = this.desk;
    const work = store.work.get();
    const today = store.today.get();
    const held = saver.holds()?.commands ?? (work.commands as readonly StoredCommand[]);
    const saved = common(held, work.commands as readonly StoredCommand[]);
    const rows = work.commands.map((command, at) => this.row(command, at + 1, inWords(command, namerAt(work, at + 1, today)), at < saved));
    const redo = work.redo.length === 0 ? "" : t("wb.redoCount", { n: work.redo.length });
    fillBox(
      this.tools,
      h("h3", {}, t("wb.commands", { n: work.commands.length })),
      h("span", { class: "muted" }, redo),
      iconButton("undo", t("wb.undo"), () => store.undo(), { disabled: !store.canUndo(), id: "list-undo" }),
      iconButton("redo", t("wb.redo"), () => store.redo(), { disabled: !store.canRedo(), id: "list-redo" }),
    );
    fillBox(this.list, ...rows.reverse());
  }

  private row(command: StoredCommand, position: number, text: string, isSaved: boolean): HTMLElement {
    const { store } = this.desk;
    const go = (): void => store.lookAt(unitsOf(command));
    const mark = h(
      "span",
      { class: isSaved ? "mark-saved" : "mark-waiting", title: t(isSaved ? "wb.saved" : "wb.notSavedYet") },
      isSaved ? "✓" : "…",
    );
    const said = h("span", { class: "hidden-text" }, t(isSaved ? "wb.saved" : "wb.notSavedYet"));
    return h(
      "li",
      { class: "command", value: String(position), "data-op": command.op },
      h("span", { class: "position", "aria-hidden": "true" }, String(position)),
      h("button", { type: "button", class: "row-button", id: `command-${position}`, onclick: go }, words(text)),
      mark,
      said,
    );
  }
}
