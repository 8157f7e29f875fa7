/** The stream of events: closed while nobody looks, opened again where it was, watched for silence. */
import { address } from "../api/client";
import type { DeskEvent } from "../api/desk";
import type { Clock } from "../workbench/saving";

/** What an EventSource is to the stream; tests put their own in its place. */
export interface Source {
  addEventListener(name: string, reader: (event: MessageEvent) => void): void;
  onerror: ((event: Event) => void) | null;
  readonly readyState: number;
  close(): void;
}

export type StreamState = "closed" | "connecting" | "live" | "waiting";

export interface StreamActs {
  readonly happened: (events: readonly DeskEvent[]) => void;
  /** Incidents that have gone out of sight: given to others, or moved to where one has no right. */
  readonly gone: (numbers: readonly string[]) => void;
  /** Too much was missed: the desk has to be loaded anew. */
  readonly reset: () => void;
  readonly changed: (state: StreamState) => void;
  /** The server refuses the stream, or is not there; it has to be asked why. */
  readonly refused: () => void;
  /** What the server's clock shows. */
  readonly clock: (serverNow: number) => void;
}

const CLOSED = 2;
/** The server gives a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;

export class Stream {
  private source: Source | null = null;
  private position: string | null = null;
  private unit = "";
  private unwatch: () => void = () => undefined;

  constructor(
    private readonly open: (url: string) => Source,
    private readonly clock: Clock,
    private readonly acts: StreamActs,
  ) {}

  /** Follows from a position on, at once or when somebody looks. */
  start(position: string, unit: string, isSeen = true): void {
    this.position = position;
    this.unit = unit;
    if (isSeen) this.resume();
    else this.pause();
  }

  pause(): void {
    this.drop();
    this.acts.changed("closed");
  }

  /** Goes on behind the last message that was taken in. */
  resume(): void {
    if (this.position === null) return;
    this.drop();
    this.acts.changed("connecting");
    const source = this.open(address("/api/v1/events", { unit: this.unit, after: this.position }));
    this.source = source;
    this.listen(source);
    this.heard();
  }

  private listen(source: Source): void {
    const on = (name: string, act: (data: unknown) => void): void =>
      source.addEventListener(name, (event) => {
        if (source !== this.source) return;
        this.position = event.lastEventId || this.position;
        this.heard();
        act(JSON.parse(String(event.data)));
      });
    on("ready", () => this.acts.changed("live"));
    on("incidents", (data) => this.acts.happened(data as readonly DeskEvent[]));
    on("gone", (data) => this.acts.gone(data as readonly string[]));
    on("beat", (data) => this.acts.clock(Date.parse((data as { at: string }).at)));
    on("reset", () => this.acts.reset());
    source.onerror = () => {
      if (source !== this.source) return;
      if (source.readyState !== CLOSED) return this.acts.changed("waiting");
      this.drop();
      this.acts.refused();
    };
  }

  private heard(): void {
    this.unwatch();
    this.unwatch = this.clock.after(SILENCE_MS, () => this.resume());
  }

  private drop(): void {
    this.unwatch();
    this.source?.close();
    this.source = null;
  }
}
