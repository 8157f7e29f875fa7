/** Files: faces that are to divide a unit, with every mend to accept or refuse; and lines to draw along. */
import { FILE_TYPES, type Answer, type Mend, type Preview } from "../../api/layers";
import { area, integer, length } from "../../i18n/format";
import { language, t, tOr } from "../../i18n/i18n";
import type { Desk } from "../../workbench/desk";
import type { Import, Importing } from "../../workbench/importing";
import { boxOf } from "../../workbench/lattice";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { button, field, fillBox, iconButton, section, segments, select, words, working } from "./parts";

const MOST_MENDS = 200;
/** What the server calls lines whose kind no column tells. */
const UNSAID = "line";
const DATUMS = ["", "cgcs2000", "wgs84", "gcj02", "bd09"] as const;

export class ImportPanel {
  readonly element = h("div", { class: "import" });
  private readonly form = h("div", {});
  private readonly outcome = h("div", { "aria-live": "polite" });
  private readonly lines = h("div", {});
  private readonly wish = { parent: "", name_field: "", households_field: "", datum: "" };
  private kindField = "";

  constructor(
    private readonly desk: Desk,
    private readonly importing: Importing,
  ) {
    this.element.append(this.form, this.outcome, this.lines);
  }

  render(): void {
    this.renderForm();
    this.renderOutcome();
    this.renderLines();
  }

  private renderForm(): void {
    const editable = this.desk.store.readOnly.get() === null;
    if (!editable) return fillBox(this.form, section(t("wb.importTitle"), h("p", { class: "muted" }, t("wb.importNeedsSet"))));
    if (this.importing.state.get().kind === "shown") return fillBox(this.form);
    const land = this.desk.store.coverage.get();
    const parents = [...(land?.units.values() ?? [])].filter((unit) => !unit.locked && (unit.level === "village" || unit.level === "grid"));
    if (!parents.some((unit) => unit.id === this.wish.parent)) this.wish.parent = parents[0]?.id ?? "";
    const parent = select(
      "import-parent",
      parents.map((unit) => [unit.id, `${unit.name} · ${t(`level.${unit.level}`)}`] as const),
      this.wish.parent,
    );
    parent.addEventListener("change", () => (this.wish.parent = parent.value));
    fillBox(
      this.form,
      section(
        t("wb.importTitle"),
        h("p", { class: "muted" }, t("wb.importText")),
        field(t("wb.importParent"), parent),
        h(
          "details",
          { class: "more" },
          h("summary", {}, t("wb.importFields")),
          this.text("name_field", t("wb.nameField")),
          this.text("households_field", t("wb.householdsField")),
          this.datum(),
        ),
        dropZone("import-file", t("wb.dropFaces"), (file) => void this.importing.show(file, { ...this.wish })),
      ),
    );
  }

  private text(member: "name_field" | "households_field", label: string): HTMLElement {
    const box = h("input", { id: `import-${member}`, type: "text", maxlength: "200", spellcheck: "false" });
    box.value = this.wish[member];
    box.addEventListener("input", () => (this.wish[member] = box.value.trim())); // a file that is dropped leaves the focus here
    return field(label, box);
  }

  private datum(): HTMLElement {
    const box = select(
      "import-datum",
      DATUMS.map((one) => [one, one === "" ? t("wb.datumOfFile") : one.toUpperCase()] as const),
      this.wish.datum,
    );
    box.addEventListener("change", () => (this.wish.datum = box.value));
    return field(t("wb.datum"), box);
  }

  private renderOutcome(): void {
    const state = this.importing.state.get();
    fillBox(
      this.outcome,
      stateBox(
        state,
        () => this.importing.clear(),
        () => void this.importing.again(),
      ),
      state.kind === "shown" ? this.preview(state.name, state.preview) : null,
    );
  }

  private preview(file: string, preview: Preview): HTMLElement {
    const kept = preview.faces.features.filter(({ properties }) => properties.unit !== null).length;
    const waiting = preview.needs_a_person.length;
    const summary = [
      t("wb.previewFaces", { n: preview.faces.features.length, kept, fresh: preview.faces.features.length - kept }),
      preview.units_gone.length > 0 ? t("wb.previewGone", { n: preview.units_gone.length }) : "",
      t("wb.previewShift", { length: length(preview.max_shift_m) }),
    ];
    return section(
      t("wb.preview", { file }),
      h("p", {}, summary.filter(Boolean).join(" ")),
      ...preview.notes.map((note) => h("p", { class: "muted", lang: "en" }, note)),
      h(
        "p",
        { class: preview.ok ? "verdict is-good" : "verdict is-bad", id: "import-verdict" },
        preview.ok ? t("wb.previewOk") : t("wb.previewWaiting", { n: waiting }),
      ),
      h(
        "div",
        { class: "row wrap" },
        button(t("wb.apply"), () => void this.importing.apply(), { strong: true, disabled: !preview.ok, id: "import-apply" }),
        button(t("wb.discard"), () => this.importing.clear(), { id: "import-discard" }),
      ),
      findings(preview),
      h("h3", {}, t("wb.mends", { n: preview.mends.length })),
      this.mends(preview),
    );
  }

  /** Those that need an answer first. */
  private mends(preview: Preview): HTMLElement {
    const needed = new Set(preview.needs_a_person);
    const ordered = [...preview.mends].sort((a, b) => Number(needed.has(b.id)) - Number(needed.has(a.id)));
    const rows = ordered.slice(0, MOST_MENDS).map((mend) => this.mend(mend, needed.has(mend.id)));
    const more = ordered.length > MOST_MENDS ? h("p", { class: "muted" }, t("wb.moreMends", { n: ordered.length - MOST_MENDS })) : null;
    return h("div", {}, h("ul", { class: "mends" }, ...rows), more);
  }

  private mend(mend: Mend, isNeeded: boolean): HTMLElement {
    const state = this.importing.state.get();
    const answer = state.kind === "shown" ? state.answers[mend.id] : undefined;
    const value =
      answer === undefined ? (isNeeded ? "" : mend.accepted ? "accept" : "refuse") : typeof answer === "string" ? answer : "give";
    const options = [
      ["accept", t("wb.accept")],
      ["refuse", t("wb.refuse")],
    ] as const;
    const choose = (one: string): void => void this.importing.answer(mend.id, one as Answer);
    return h(
      "li",
      { class: isNeeded ? "mend is-needed" : "mend", "data-mend": mend.id },
      h("div", { class: "card-line" }, h("p", {}, words(language.get() === "zh" ? mend.sentence_zh : mend.sentence_en)), this.fly(mend)),
      h("div", { class: "row wrap" }, segments(`mend-${mend.id}`, t("wb.answer"), options, value, choose), this.give(mend, answer)),
    );
  }

  private give(mend: Mend, answer: Answer | undefined): HTMLElement | null {
    if (mend.candidates.length < 2) return null;
    const given = typeof answer === "object" ? answer.give : "";
    const box = select(
      `give-${mend.id}`,
      [["", t("wb.giveTo")], ...mend.candidates.map(({ face }) => [face, t("wb.face", { id: face })] as const)],
      given,
    );
    box.setAttribute("aria-label", t("wb.giveTo"));
    box.addEventListener("change", () => {
      if (box.value !== "") void this.importing.answer(mend.id, { give: box.value });
    });
    return box;
  }

  private fly(mend: Mend): HTMLElement | null {
    const box = mend.geometry && boxOf(mend.geometry);
    if (!box) return null;
    const go = (): void => {
      this.desk.store.markChosen(`mend/${mend.id}`);
      this.desk.store.fly({ kind: "box", box });
    };
    return iconButton("fly", t("wb.showMend"), go, { id: `mend-fly-${mend.id}` });
  }

  private renderLines(): void {
    const { lines } = this.desk.store;
    const kinds = new Map<string, number>();
    for (const { kind } of lines.get()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const kindBox = h("input", { id: "line-kind-field", type: "text", maxlength: "200", spellcheck: "false" });
    kindBox.value = this.kindField;
    kindBox.addEventListener("input", () => (this.kindField = kindBox.value.trim()));
    const loaded = [...kinds].map(([kind, n]) => h("li", {}, kind === UNSAID ? t("wb.lineUnsaid") : name(kind), ` · ${integer(n)}`));
    fillBox(
      this.lines,
      section(
        t("wb.linesTitle"),
        h("p", { class: "muted" }, t("wb.linesText")),
        loaded.length > 0 ? h("ul", { class: "lines", id: "loaded-lines" }, ...loaded) : null,
        loaded.length > 0 ? button(t("wb.clearLines"), () => this.importing.clearLines(), { id: "clear-lines" }) : null,
        this.desk.signedIn.account() === null
          ? h("p", { class: "muted" }, t("wb.linesSignIn"))
          : h(
              "div",
              {},
              field(t("wb.kindField"), kindBox, t("wb.kindFieldHint")),
              dropZone("lines-file", t("wb.dropLines"), (file) => void this.importing.lines(file, this.kindField)),
            ),
        stateBox(this.importing.lineState.get(), () => this.importing.lineState.set({ kind: "none" }), null),
      ),
    );
  }
}

function findings(preview: Preview): HTMLElement | null {
  const rows = Object.entries(preview.summary).map(([code, { count, area_m2 }]) =>
    h("li", {}, `${findingName(code)} · ${integer(count)}${area_m2 > 0 ? ` · ${area(area_m2)}` : ""}`),
  );
  return rows.length === 0
    ? null
    : h("details", { class: "more" }, h("summary", {}, t("wb.layerFindings")), h("ul", { class: "lines" }, ...rows));
}

function findingName(code: string): string {
  return tOr(`finding.${code}`, code);
}

function stateBox(state: Import, close: () => void, again: (() => void) | null): HTMLElement | null {
  switch (state.kind) {
    case "none":
    case "shown":
      return null;
    case "working":
      return working(t("wb.reading", { file: state.name }));
    case "too_large":
      return h(
        "div",
        { class: "problem", role: "alert" },
        h("p", {}, t("wb.tooLarge", { file: state.name })),
        button(t("wb.dismiss"), close),
      );
    case "failed": {
      const { text, detail } = said(state.error);
      const retry = again === null ? null : button(t("error.retry"), again);
      return h(
        "div",
        { class: "problem", role: "alert" },
        h("p", {}, `${state.name}: ${text}`),
        detail ? h("p", { class: "muted", lang: "en" }, detail) : null,
        h("div", { class: "row" }, retry, button(t("wb.dismiss"), close)),
      );
    }
  }
}

/** A file is dropped or chosen; with keys it is a button like any other. */
function dropZone(id: string, text: string, chosen: (file: File) => void): HTMLElement {
  const input = h("input", { id, type: "file", accept: FILE_TYPES, class: "hidden-text" });
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file) chosen(file);
    input.value = "";
  };
  input.addEventListener("change", () => take(input.files));
  const zone = h("label", { class: "drop", for: id }, input, h("span", {}, text), h("span", { class: "muted" }, t("wb.fileTypes")));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    take(event.dataTransfer?.files);
  });
  return zone;
}
