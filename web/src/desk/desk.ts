/** The dispatcher's working state: open incidents kept up to date by the stream, the chosen one, and what is done to it. */
import { act, getDesk, getDetail, getDuplicates, getPhotos, type ActBody, type DeskAnswer, type DeskEvent, type DeskRow } from "../api/desk";
import type { Duplicate, IncidentDetail, PhotoOf } from "../api/desk";
import { isAbort, Problem } from "../api/client";
import { signal } from "../model/signal";
import type { Clock } from "../workbench/saving";
import { SignedIn } from "../workbench/session";
import { isOpen, NO_FILTERS, type Filters } from "./rows";
import { Stream, type Source, type StreamState } from "./stream";

export type Link = StreamState | "loading" | "offline" | "signed_out" | "forbidden";

export type Chosen =
  | { readonly kind: "none" }
  | { readonly kind: "loading"; readonly no: string }
  | { readonly kind: "failed"; readonly no: string; readonly error: unknown }
  | { readonly kind: "whole"; readonly no: string; readonly detail: IncidentDetail; readonly photos: readonly PhotoOf[]; readonly duplicates: readonly Duplicate[] };

const NOTHING: DeskAnswer = { position: "", total: 0, incidents: [], areas: [], departments: [] };
const RETRIES_MS = [2_000, 4_000, 8_000, 15_000, 30_000];

export class IncidentDesk {
  readonly signedIn = new SignedIn();
  readonly link = signal<Link>("loading");
  readonly filters = signal<Filters>(NO_FILTERS);
  readonly unit = signal("");
  readonly chosen = signal<Chosen>({ kind: "none" });
  /** What changes whenever the incidents do: numbers of those that are new or have changed. */
  readonly changed = signal<ReadonlySet<string>>(new Set());
  /** Events as they come, to be told. */
  readonly told = signal<readonly DeskEvent[]>([]);
  /** Numbers of incidents that were shown and are others' now, to be told. */
  readonly gone = signal<readonly string[]>([]);
  readonly error = signal<unknown>(null);
  answer: DeskAnswer = NOTHING;
  private readonly held = new Map<string, DeskRow>();
  private readonly stream: Stream;
  private unretry: () => void = () => undefined;
  private failures = 0;
  private loading: AbortController | null = null;
  private skew = 0;
  private isSeen = true;

  constructor(
    open: (url: string) => Source,
    private readonly clock: Clock,
  ) {
    this.stream = new Stream(open, clock, {
      happened: (events) => this.take(events),
      gone: (numbers) => this.drop(numbers),
      reset: () => void this.load(),
      changed: (state) => this.link.set(state),
      refused: () => this.later(),
      clock: (serverNow) => (this.skew = serverNow - clock.now()),
    });
  }

  /** The time by the server's clock: terms are the server's. */
  now(): number {
    return this.clock.now() + this.skew;
  }

  rows(): Iterable<DeskRow> {
    return this.held.values();
  }

  row(no: string): DeskRow | undefined {
    return this.held.get(no);
  }

  /** Until then nothing is known, which is not the same as nothing being open. */
  isLoaded(): boolean {
    return this.answer !== NOTHING;
  }

  /** How many open incidents there are beyond those that were loaded. */
  beyond(): number {
    return Math.max(0, this.answer.total - this.answer.incidents.length);
  }

  async load(): Promise<void> {
    this.unretry();
    this.loading?.abort();
    const mine = new AbortController();
    this.loading = mine;
    try {
      const answer = await getDesk(this.unit.get(), mine.signal);
      if (mine !== this.loading) return; // an answer that has begun to arrive is not stopped
      this.failures = 0;
      this.put(answer);
      this.stream.start(answer.position, this.unit.get(), this.isSeen);
    } catch (error) {
      if (!isAbort(error) && mine === this.loading) this.failed(error);
    }
  }

  private put(answer: DeskAnswer): void {
    this.answer = answer;
    this.held.clear();
    for (const row of answer.incidents) this.held.set(row.no, row);
    this.error.set(null);
    this.changed.set(new Set());
    const chosen = this.chosen.get();
    if (chosen.kind !== "none") void this.choose(chosen.no);
  }

  private failed(error: unknown): void {
    this.stream.pause();
    this.error.set(error);
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) return this.later();
    this.forget();
    this.link.set(error.status === 401 ? "signed_out" : "forbidden");
  }

  /** What was on the page was for who had the right. */
  private forget(): void {
    this.answer = NOTHING;
    this.held.clear();
    this.chosen.set({ kind: "none" });
    this.changed.set(new Set());
  }

  /** Whoever was signed in has left: nothing of theirs stays, and nothing more of it comes. */
  leave(): void {
    this.unretry();
    this.loading?.abort();
    this.loading = null;
    this.stream.pause();
    this.unit.set("");
    this.forget();
    this.link.set("loading");
  }

  /** Asks for the desk again after a while that grows. */
  private later(): void {
    this.link.set("offline");
    this.unretry();
    this.unretry = this.clock.after(RETRIES_MS[Math.min(this.failures++, RETRIES_MS.length - 1)]!, () => void this.load());
  }

  /** A hidden tab holds no stream: six of them would keep the browser from asking anything else. */
  seen(visible: boolean): void {
    this.isSeen = visible;
    const link = this.link.get();
    if (!visible && ["live", "connecting", "waiting"].includes(link)) this.stream.pause();
    if (visible && link === "closed") this.stream.resume();
    if (visible && link === "offline") void this.load();
  }

  setUnit(unit: string): void {
    this.unit.set(unit);
    void this.load();
  }

  private take(events: readonly DeskEvent[]): void {
    const changed = new Set<string>();
    for (const { incident } of events) {
      changed.add(incident.no);
      if (isOpen(incident)) this.held.set(incident.no, incident);
      else this.held.delete(incident.no);
    }
    this.changed.set(changed);
    this.told.set(events);
    const chosen = this.chosen.get();
    if (chosen.kind !== "none" && changed.has(chosen.no) && !this.knows(events)) void this.choose(chosen.no);
  }

  /** What one may see no longer leaves the page, its card too. */
  private drop(numbers: readonly string[]): void {
    const shown = numbers.filter((no) => this.held.delete(no));
    if (numbers.some((no) => this.isChosen(no))) this.clear();
    if (shown.length === 0) return;
    this.changed.set(new Set(shown));
    this.gone.set(shown);
  }

  /** Whether the chosen incident's card shows these events already: the answer to one's own act came first. */
  private knows(events: readonly DeskEvent[]): boolean {
    const chosen = this.chosen.get();
    if (chosen.kind !== "whole") return false;
    const last = chosen.detail.last_event ?? 0;
    return events.every((event) => event.incident.no !== chosen.no || event.id <= last);
  }

  async choose(no: string): Promise<void> {
    const before = this.chosen.get();
    if (before.kind !== "whole" || before.no !== no) this.chosen.set({ kind: "loading", no });
    try {
      const [detail, photos, duplicates] = await Promise.all([
        getDetail(no),
        getPhotos(no).catch(() => []),
        getDuplicates(no).catch(() => []),
      ]);
      if (this.isChosen(no) && !this.isOlder(detail)) this.chosen.set({ kind: "whole", no, detail, photos, duplicates });
    } catch (error) {
      if (this.isChosen(no)) this.chosen.set({ kind: "failed", no, error });
    }
  }

  /** Two that were asked for one after the other may come the other way round. */
  private isOlder({ no, last_event }: IncidentDetail): boolean {
    const chosen = this.chosen.get();
    return chosen.kind === "whole" && chosen.no === no && (last_event ?? 0) < (chosen.detail.last_event ?? 0);
  }

  private isChosen(no: string): boolean {
    const chosen = this.chosen.get();
    return chosen.kind !== "none" && chosen.no === no;
  }

  clear(): void {
    this.chosen.set({ kind: "none" });
  }

  /** Does something to an incident; refused where more has happened than was shown when it was asked for. */
  async act({ no, last_event }: IncidentDetail, action: string, body: ActBody, photos: readonly File[] = []): Promise<void> {
    try {
      const asked = { ...body, seen: last_event ?? undefined };
      const after = await this.signedIn.withToken((csrf) => act(no, action, asked, photos, csrf));
      const shown = photos.length > 0 ? await getPhotos(no).catch(() => null) : null;
      const chosen = this.chosen.get();
      if (chosen.kind === "whole" && chosen.no === no) this.chosen.set({ ...chosen, detail: after, photos: shown ?? chosen.photos });
    } catch (error) {
      if (error instanceof Problem && error.status === 409 && this.isChosen(no)) void this.choose(no);
      throw error;
    }
  }
}
