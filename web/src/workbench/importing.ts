/** A file of faces on its way into the change set, and a file of lines on its way onto the map. */
import {
  applyImport,
  MOST_BYTES,
  previewImport,
  readLines,
  type Answer,
  type Answers,
  type ImportFields,
  type Preview,
} from "../api/layers";
import { bboxText } from "../api/endpoints";
import { signal, type Signal } from "../model/signal";
import type { Desk } from "./desk";
import { latticeLines } from "./lattice";
import type { Review } from "./review";
import { isSignedOut } from "./saving";
import type { Mark } from "./store";

export type Import =
  | { readonly kind: "none" }
  | { readonly kind: "too_large"; readonly name: string }
  | { readonly kind: "working"; readonly name: string }
  | { readonly kind: "failed"; readonly name: string; readonly error: unknown }
  | { readonly kind: "shown"; readonly name: string; readonly preview: Preview; readonly answers: Answers };

/** More mends than a person answers are told by their number. */
export class Importing {
  readonly state: Signal<Import> = signal<Import>({ kind: "none" });
  readonly lineState: Signal<Import> = signal<Import>({ kind: "none" });
  private file: File | null = null;
  private fields: ImportFields = { parent: "" };

  constructor(
    private readonly desk: Desk,
    private readonly review: Review,
  ) {}

  /** Shows what a file would make of a unit. Nothing is stored. */
  async show(file: File, fields: ImportFields): Promise<void> {
    Object.assign(this, { file, fields });
    if (file.size > MOST_BYTES) return this.state.set({ kind: "too_large", name: file.name });
    await this.ask({});
  }

  async answer(mend: string, answer: Answer): Promise<void> {
    const now = this.state.get();
    if (now.kind === "shown") await this.ask({ ...now.answers, [mend]: answer });
  }

  /** Looks at the same file again, as after signing in or after the land has changed. */
  async again(): Promise<void> {
    await this.ask({});
  }

  async apply(): Promise<void> {
    const [now, set, { file, fields }] = [this.state.get(), this.desk.store.changeSet.get(), this];
    if (now.kind !== "shown" || set === null || file === null) return;
    const { digest, revision } = now.preview;
    const token = this.desk.signedIn.token();
    await this.run(file.name, async () => {
      const made = await applyImport(file, { set: set.id, fields, answers: now.answers, digest, revision }, token);
      this.clear();
      await this.desk.took(made);
    });
  }

  clear(): void {
    this.file = null;
    this.state.set({ kind: "none" });
    this.desk.store.marks.set([]);
  }

  private async ask(answers: Answers): Promise<void> {
    const [set, { file, fields }] = [this.desk.store.changeSet.get(), this];
    if (set === null || file === null) return;
    await this.run(file.name, async () => {
      const preview = await previewImport(set.id, file, fields, answers, this.desk.signedIn.token());
      if (this.file !== file) return;
      this.state.set({ kind: "shown", name: file.name, preview, answers });
      this.desk.store.marks.set(marksOf(preview));
    });
  }

  private async run(name: string, act: () => Promise<void>): Promise<void> {
    this.state.set({ kind: "working", name });
    try {
      await act();
    } catch (error) {
      if (isSignedOut(error)) this.desk.wantsSignIn.set(true);
      this.state.set({ kind: "failed", name, error });
    }
  }

  /** Roads, rivers and buildings to draw along; they are kept by this page alone. */
  async lines(file: File, kindField: string): Promise<void> {
    if (file.size > MOST_BYTES) return this.lineState.set({ kind: "too_large", name: file.name });
    this.lineState.set({ kind: "working", name: file.name });
    try {
      const found = await readLines(file, { bbox: this.box(), kind_field: kindField }, this.desk.signedIn.token());
      this.desk.store.lines.set(latticeLines(found));
      this.review.lines.set(found);
      this.lineState.set({ kind: "none" });
    } catch (error) {
      if (isSignedOut(error)) this.desk.wantsSignIn.set(true);
      this.lineState.set({ kind: "failed", name: file.name, error });
    }
  }

  clearLines(): void {
    this.desk.store.lines.set([]);
    this.review.lines.set({ type: "FeatureCollection", features: [] });
  }

  /** Lines of a whole province are cut to what is open, and a little around it. */
  private box(): string {
    const extent = this.desk.extent.get();
    if (extent === null) return "";
    const [west, south, east, north] = extent.bbox;
    return bboxText([west - AROUND, south - AROUND, east + AROUND, north + AROUND]);
  }
}

const AROUND = 0.002;

/** What the map shows of a preview: the faces as they would be, and over them each mend. */
export function marksOf(preview: Preview): Mark[] {
  const faces = preview.faces.features.flatMap(({ geometry, properties }): Mark[] =>
    geometry === null
      ? []
      : [{ id: `face/${properties.id}`, tone: "face", geometry, label: properties.name ?? properties.id, active: false }],
  );
  const mends = preview.mends.flatMap(({ id, geometry, question }): Mark[] =>
    geometry === null ? [] : [{ id: `mend/${id}`, tone: question === "" ? "mend" : "error", geometry, label: "", active: false }],
  );
  return [...faces, ...mends];
}
