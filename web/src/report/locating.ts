/** The phone's own position, the better one as it comes. */
import { signal } from "../model/signal";
import type { Clock } from "../workbench/saving";
import type { ReportPoint } from "./entry";

export type Hindrance = "insecure" | "missing" | "denied" | "unavailable" | "timeout";
export type Locating = { readonly kind: "idle" | "asking" } | { readonly kind: "failed"; readonly why: Hindrance };

/** Better than this it need not become. */
const GOOD_M = 12;
const PATIENCE_MS = 30_000;
const REASONS: Readonly<Record<number, Hindrance>> = { 1: "denied", 2: "unavailable", 3: "timeout" };

export class Locator {
  readonly state = signal<Locating>({ kind: "idle" });
  private watch: number | null = null;
  private unwait: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly found: (point: ReportPoint) => void,
  ) {}

  start(): void {
    this.stop();
    // A page without https is told "denied" though nobody has refused anything.
    if (!window.isSecureContext) return this.state.set({ kind: "failed", why: "insecure" });
    if (!("geolocation" in navigator)) return this.state.set({ kind: "failed", why: "missing" });
    this.state.set({ kind: "asking" });
    let best = Infinity;
    const take = ({ coords: { longitude, latitude, accuracy } }: GeolocationPosition): void => {
      if (accuracy <= best) this.found({ lon: longitude, lat: latitude, datum: "wgs84", accuracyM: accuracy });
      best = Math.min(best, accuracy);
      if (best <= GOOD_M) this.stop();
    };
    const fail = ({ code }: GeolocationPositionError): void => {
      const had = best < Infinity;
      this.stop();
      if (!had) this.state.set({ kind: "failed", why: REASONS[code] ?? "unavailable" });
    };
    this.watch = navigator.geolocation.watchPosition(take, fail, { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 });
    this.unwait = this.clock.after(PATIENCE_MS + 1_000, () => this.stop());
  }

  /** What is known is taken; the phone's receiver rests. */
  stop(): void {
    this.unwait();
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
    if (this.state.get().kind === "asking") this.state.set({ kind: "idle" });
  }
}

/** Whether a position may be asked for without a question to the user. */
export async function mayLocate(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}
