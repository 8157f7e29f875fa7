/** The strip over the map: which level is worked on, what is compared, what is shown. */
import { t } from "../../i18n/i18n";
import type { Key } from "../../i18n/zh";
import type { Comparison, Layers, Store, WorkLevel } from "../../workbench/store";
import { byId, h } from "../dom";
import { fillBox, segments } from "./parts";

const LEVELS: readonly WorkLevel[] = ["grid", "micro_grid"];
const COMPARISONS: readonly Comparison[] = ["off", "overlay", "swipe"];

export function renderStrip(store: Store, hasBaseMap: boolean): void {
  const box = byId("strip");
  box.hidden = store.coverage.get() === null;
  if (box.hidden) return;
  const canCompare = store.changeSet.get() !== null && store.today.get() !== null;
  fillBox(
    box,
    segments(
      "level",
      t("wb.level"),
      LEVELS.map((one) => [one, t(`level.${one}`)] as const),
      store.level.get(),
      (one) => store.setLevel(one),
    ),
    canCompare ? h("span", { class: "strip-label", "aria-hidden": "true" }, t("wb.compare")) : null,
    canCompare
      ? segments(
          "compare",
          t("wb.compare"),
          COMPARISONS.map((one) => [one, t(`compare.${one}`)] as const),
          store.comparison.get(),
          (one) => store.comparison.set(one),
        )
      : null,
    store.comparison.get() === "overlay" && canCompare ? key() : null,
    h("span", { class: "grow" }),
    check(store, "names", "wb.showNames"),
    store.lines.get().length > 0 ? check(store, "lines", "wb.showLines") : null,
    hasBaseMap ? check(store, "baseMap", "wb.showBaseMap") : null,
  );
}

function check(store: Store, layer: keyof Layers, label: Key): HTMLElement {
  const box = h("input", { type: "checkbox", id: `layer-${layer}` });
  box.checked = store.layers.get()[layer];
  box.addEventListener("change", () => store.layers.set({ ...store.layers.get(), [layer]: box.checked }));
  return h("label", { class: "strip-check" }, box, t(label));
}

/** What the lines of the comparison mean: never by colour alone. */
function key(): HTMLElement {
  return h(
    "span",
    { class: "compare-key" },
    h("span", { class: "sample before" }),
    t("compare.before"),
    h("span", { class: "sample after" }),
    t("compare.after"),
    h("span", { class: "sample moved" }),
    t("compare.moved"),
  );
}
