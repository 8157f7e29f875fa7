/** Which grid is shown, how it was found, and why there is none. */
import { isAbort, Problem } from "../api/client";
import { gridAt, gridOf, type Point, type PublicGrid } from "../api/publicGrid";
import { signal } from "../model/signal";

/** Where somebody is, or what they pointed at. */
export interface Spot extends Point {
  /** How far a phone's position may be off; null for a place that was chosen. */
  readonly accuracyM: number | null;
}

export interface Nearest {
  readonly code: string;
  readonly name: string;
  readonly distance_m: number;
}

export type Question = { readonly spot: Spot } | { readonly code: string };

export type Finding =
  | { readonly kind: "none" | "working" }
  | { readonly kind: "grid"; readonly card: PublicGrid; readonly spot: Spot | null }
  | { readonly kind: "outside"; readonly spot: Spot; readonly nearest: Nearest | null }
  | { readonly kind: "retired"; readonly code: string; readonly successors: readonly string[] }
  | { readonly kind: "unknown"; readonly code: string }
  | { readonly kind: "failed"; readonly error: unknown };

export interface Server {
  at(point: Point, signal: AbortSignal): Promise<PublicGrid>;
  of(code: string, signal: AbortSignal): Promise<PublicGrid>;
}

const SERVER: Server = { at: gridAt, of: gridOf };

export class Finder {
  readonly finding = signal<Finding>({ kind: "none" });
  private question: Question | null = null;
  private asking: AbortController | null = null;

  constructor(private readonly server: Server = SERVER) {}

  find(question: Question): Promise<void> {
    this.question = question;
    this.finding.set({ kind: "working" });
    return this.ask(question);
  }

  /** A better position for the same question. */
  refine(question: Question): Promise<void> {
    this.question = question;
    return this.ask(question);
  }

  /** Asks once more, after a failure or because something may have changed since; what is shown stays until the answer. */
  async again(): Promise<void> {
    if (this.question) await this.ask(this.question);
  }

  /** The newest question alone is answered. */
  private async ask(question: Question): Promise<void> {
    this.asking?.abort();
    const mine = (this.asking = new AbortController());
    const finding = await answered(this.server, question, mine.signal);
    if (this.asking === mine && finding && !isSame(finding, this.finding.get())) this.finding.set(finding);
  }
}

/** An answer that differs in its instant alone changes nothing for whoever reads. */
function isSame(one: Finding, other: Finding): boolean {
  const told = (finding: Finding): string => JSON.stringify(finding.kind === "grid" ? { ...finding, card: { ...finding.card, as_of: "" } } : finding);
  return one.kind === "grid" && told(one) === told(other);
}

async function answered(server: Server, question: Question, stop: AbortSignal): Promise<Finding | null> {
  try {
    if ("code" in question) return { kind: "grid", card: await server.of(question.code, stop), spot: null };
    return { kind: "grid", card: await server.at(question.spot, stop), spot: question.spot };
  } catch (error) {
    return isAbort(error) ? null : findingOf(error, question);
  }
}

/** What a refusal means to somebody who looks for a grid. */
export function findingOf(error: unknown, question: Question): Finding {
  if (!(error instanceof Problem)) return { kind: "failed", error };
  if (error.code === "no_grid_here" && "spot" in question) return { kind: "outside", spot: question.spot, nearest: nearestIn(error.details) };
  if ("code" in question && error.code === "grid_retired") return { kind: "retired", code: question.code, successors: codesIn(error.details["successors"]) };
  if ("code" in question && (error.code === "unknown_unit" || error.code === "bad_code")) return { kind: "unknown", code: question.code };
  return { kind: "failed", error };
}

function nearestIn({ nearest }: Problem["details"]): Nearest | null {
  const found = (nearest ?? {}) as Partial<Nearest>;
  const { code, name, distance_m } = found;
  return typeof code === "string" && typeof name === "string" && typeof distance_m === "number" ? { code, name, distance_m } : null;
}

function codesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}
