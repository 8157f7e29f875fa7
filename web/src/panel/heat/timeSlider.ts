/** The time slider: how many incidents in each hour, day or week of the view, one step at a time on the map, and play. */
import { getHeatSeries, type Bbox, type IncidentQuery } from "../../api/endpoints";
import type { HeatSeries } from "../../api/types";
import { instant, integer } from "../../i18n/format";
import { t } from "../../i18n/i18n";
import { byId, h, svg } from "../dom";
import { Latest } from "../problems";
import { incidentView, isPlaying, moment } from "../state";
import { momentAt, stepFor } from "./series";

const PACE_MS = 650;
const [WIDTH, HEIGHT] = [300, 48] as const;

export interface Asked {
  readonly bbox: Bbox;
  readonly query: IncidentQuery;
}

export class TimeSlider {
  private readonly latest = new Latest();
  private series: HeatSeries | null = null;
  private asked: Asked | null = null;
  private index: number | null = null;
  private timer = 0;

  constructor() {
    // The next picture is asked for once the one before has come: a slow answer slows the film instead of being left out.
    incidentView.subscribe((view) => {
      if (isPlaying.get() && view.kind !== "loading") this.later();
    });
  }

  /** Loads the series of a view; null shows none. */
  load(asked: Asked | null): void {
    this.asked = asked;
    if (!asked) {
      this.latest.cancel();
      return this.put(null);
    }
    const step = stepFor(asked.query.from, asked.query.to);
    void this.latest.run((signal) => getHeatSeries(asked.bbox, step, asked.query, signal), (series) => this.put(series), () => this.put(null));
  }

  /** Another period has other steps: the whole of it is shown. */
  reset(): void {
    this.stop();
    this.index = null;
    if (moment.get() !== null) moment.set(null);
  }

  private put(series: HeatSeries | null): void {
    const same = series !== null && this.series?.first === series.first && this.series.counts.length === series.counts.length;
    this.series = series;
    if (!same && this.index !== null) this.reset();
    this.render();
  }

  render(): void {
    const box = byId("time-slider");
    const held = document.activeElement instanceof HTMLElement && box.contains(document.activeElement) ? document.activeElement.id : "";
    box.hidden = this.series === null || this.series.counts.length < 2;
    if (this.series && !box.hidden) box.replaceChildren(...this.parts(this.series));
    else box.replaceChildren();
    if (held) document.getElementById(held)?.focus();
  }

  private parts(series: HeatSeries): HTMLElement[] {
    const range = h("input", { type: "range", id: "time-range", min: "0", max: String(series.counts.length - 1), step: "1", "aria-label": t("heat.time"), "aria-valuetext": this.text(series) });
    range.value = String(this.index ?? series.counts.length - 1);
    range.addEventListener("input", () => this.choose(Number(range.value)));
    const play = h("button", { type: "button", class: "button", id: "time-play", "aria-pressed": String(isPlaying.get()), onclick: () => this.toggle() }, t(isPlaying.get() ? "heat.pause" : "heat.play"));
    const whole = h("button", { type: "button", class: "button", id: "time-whole", onclick: () => this.whole() }, t("heat.whole"));
    if (this.index === null) whole.disabled = true;
    const chart = h("div", { class: "time-chart", id: "time-chart" });
    chart.append(bars(series.counts, this.index));
    return [h("h2", {}, t(`heat.by.${series.step}`)), chart, range, h("p", { class: "time-text", id: "time-text" }, this.text(series)), h("div", { class: "row" }, play, whole)];
  }

  private text(series: HeatSeries): string {
    if (this.index === null) return t("heat.timeWhole", { n: integer(series.total) });
    const { from, to } = momentAt(series, this.index, this.asked?.query ?? {});
    return t("heat.timeAt", { from: instant(from), to: instant(to), n: integer(series.counts[this.index] ?? 0) });
  }

  private choose(index: number): void {
    if (!this.series) return;
    this.index = index;
    moment.set(momentAt(this.series, index, this.asked?.query ?? {}));
    this.follow(this.series);
  }

  /** Shows the chosen step. The slider itself stays: one that is replaced falls out of the hand that drags it. */
  private follow(series: HeatSeries): void {
    const range = document.getElementById("time-range") as HTMLInputElement | null;
    if (!range) return;
    range.value = String(this.index ?? series.counts.length - 1);
    range.setAttribute("aria-valuetext", this.text(series));
    byId("time-text").textContent = this.text(series);
    byId<HTMLButtonElement>("time-whole").disabled = this.index === null;
    byId("time-chart").replaceChildren(bars(series.counts, this.index));
  }

  private whole(): void {
    this.reset();
    this.render();
    byId("time-play").focus();
  }

  private toggle(): void {
    if (isPlaying.get()) this.stop();
    else this.play();
    this.render();
  }

  private play(): void {
    if (!this.series) return;
    isPlaying.set(true);
    const end = this.series.counts.length - 1;
    this.choose(this.index === null || this.index >= end ? 0 : this.index + 1);
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.advance(), PACE_MS);
  }

  private advance(): void {
    if (!isPlaying.get() || !this.series) return;
    const next = (this.index ?? -1) + 1;
    if (next >= this.series.counts.length) {
      this.stop();
      return this.render();
    }
    this.choose(next);
  }

  private stop(): void {
    clearTimeout(this.timer);
    if (isPlaying.get()) isPlaying.set(false);
  }
}

function bars(counts: readonly number[], chosen: number | null): SVGElement {
  const most = Math.max(...counts, 1);
  const wide = WIDTH / counts.length;
  const rects = counts.map((count, i) => {
    const high = (count / most) * HEIGHT;
    const place = { x: (i * wide).toFixed(2), y: (HEIGHT - high).toFixed(2), width: Math.max(wide - 0.4, 0.4).toFixed(2), height: high.toFixed(2) };
    return svg("rect", { ...place, class: i === chosen ? "bar is-chosen" : "bar" });
  });
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...rects);
}
