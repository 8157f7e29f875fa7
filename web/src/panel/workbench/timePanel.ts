/** Time: the register as of any day, and what a unit was before. */
import type { Stage } from "../../api/history";
import { area, day, integer } from "../../i18n/format";
import { t, tOr } from "../../i18n/i18n";
import { cityDay } from "../../model/period";
import type { Desk } from "../../workbench/desk";
import type { PastPlayer } from "../../workbench/past";
import { said } from "../../workbench/problemWords";
import { h, name } from "../dom";
import { button, fillBox, iconButton, section, words, working } from "./parts";

export class TimePanel {
  readonly element = h("div", { class: "time" });
  private readonly days = h("div", {});
  private readonly past = h("div", { "aria-live": "polite" });
  /** The change set that was open before one went to another day. */
  private cameFrom: number | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly player: PastPlayer,
  ) {
    this.element.append(this.days, this.past);
  }

  render(): void {
    this.renderDay();
    this.renderPast();
  }

  private renderDay(): void {
    const { at } = this.desk.address.get();
    const box = h("input", { id: "as-of", type: "date", min: "1990-01-01", max: "2199-12-31" });
    box.value = at ?? cityDay(Date.now());
    const go = (event: Event): void => {
      event.preventDefault();
      if (box.value !== "") this.goTo(box.value);
    };
    fillBox(
      this.days,
      section(
        t("wb.asOfTitle"),
        h(
          "form",
          { class: "row wrap", onsubmit: go },
          h("label", { for: "as-of" }, t("wb.day")),
          box,
          h("button", { type: "submit", class: "button small" }, t("wb.show")),
        ),
        at === null
          ? h("p", { class: "muted" }, t("wb.asOfText"))
          : h(
              "p",
              { class: "notice" },
              t("wb.asOfNotice", { day: at }),
              " ",
              button(t("wb.backToNow"), () => this.back(), { id: "back-to-now" }),
            ),
      ),
    );
  }

  private goTo(at: string): void {
    const { set, place } = this.desk.address.get();
    if (set !== null) this.cameFrom = set;
    void this.desk.go({ set: null, place, at });
  }

  private back(): void {
    const { place } = this.desk.address.get();
    void this.desk.go({ set: this.cameFrom, place, at: null });
  }

  private renderPast(): void {
    const state = this.player.state.get();
    const [chosen] = this.desk.store.selection.get();
    const code = chosen !== undefined && /^\d+$/.test(chosen) ? chosen : null;
    const open = button(t("wb.showHistory"), () => void this.open(code!), { disabled: code === null, icon: "play", id: "show-history" });
    fillBox(
      this.past,
      section(t("wb.historyTitle"), code === null ? h("p", { class: "muted" }, t("wb.chooseForHistory")) : open, this.told(state)),
    );
  }

  private async open(code: string): Promise<void> {
    await this.player.open(code);
    const box = this.player.extent();
    if (box) this.desk.store.fly({ kind: "box", box });
  }

  private told(state: ReturnType<PastPlayer["state"]["get"]>): HTMLElement | null {
    if (state.kind === "none") return null;
    if (state.kind === "working") return working(t("wb.loading"));
    if (state.kind === "failed") return h("p", { class: "problem" }, said(state.error).text);
    const { versions } = state.history;
    const stage = versions[state.at]!;
    const slider = h("input", {
      type: "range",
      id: "past-at",
      min: "0",
      max: String(versions.length - 1),
      step: "1",
      "aria-label": t("wb.version"),
      "aria-valuetext": day(stage.valid_from),
    });
    slider.value = String(state.at);
    slider.addEventListener("input", () => this.player.goTo(Number(slider.value)));
    return h(
      "div",
      { class: "player" },
      h(
        "div",
        { class: "row" },
        iconButton("back", t("wb.earlier"), () => this.player.step(-1), { disabled: state.at === 0, id: "past-back" }),
        state.isPlaying
          ? iconButton("pause", t("wb.pause"), () => this.player.pause(), { id: "past-play" })
          : iconButton("play", t("wb.play"), () => this.player.play(), { disabled: versions.length < 2, id: "past-play" }),
        iconButton("next", t("wb.later"), () => this.player.step(1), { disabled: state.at === versions.length - 1, id: "past-next" }),
        slider,
        iconButton("close", t("wb.dismiss"), () => this.player.close(), { id: "past-close" }),
      ),
      stageCard(stage, state.at + 1, versions.length),
      state.history.truncated ? h("p", { class: "muted" }, t("wb.olderVersions")) : null,
    );
  }
}

function stageCard(stage: Stage, at: number, of: number): HTMLElement {
  const relatives = (list: Stage["came_from"], text: string): HTMLElement | null =>
    list.length === 0
      ? null
      : h("p", {}, text, ...list.map((one) => h("span", { class: "chip" }, name(one.name), ` ${area(one.area_m2)}`)));
  const until = stage.valid_to === null ? t("wb.untilNow") : day(stage.valid_to);
  return h(
    "article",
    { class: "unit-card", id: "past-stage" },
    h("div", { class: "card-line" }, h("h3", {}, name(stage.name)), h("span", { class: "muted" }, `${at} / ${of}`)),
    h("p", {}, `${day(stage.valid_from)} – ${until}`),
    h(
      "p",
      {},
      [
        stage.kind ? tOr(`kind.${stage.kind}`, stage.kind) : "",
        area(stage.area_m2),
        stage.households === null ? t("wb.notCounted") : t("wb.householdsOf", { n: integer(stage.households) }),
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    stage.technical ? words(t("wb.technical"), "p", "muted") : null,
    h("p", { class: "muted" }, `${t("wb.changeSet")} #${stage.change_set_id}`, stage.filing ? ` · ${stage.filing}` : ""),
    relatives(stage.came_from, t("wb.cameFrom")),
    relatives(stage.became, t("wb.became")),
  );
}
