/** The alert over the map: what has failed, and a button that tries again. */
import { t } from "../i18n/i18n";
import { byId, h } from "./dom";

export type AlertTopic = "city" | "tiles" | "incidents";

interface Alert {
  readonly text: () => string;
  readonly retry: () => void;
}

const alerts = new Map<AlertTopic, Alert>();

export function showAlert(topic: AlertTopic, text: () => string, retry: () => void): void {
  alerts.set(topic, { text, retry });
  render();
}

export function hideAlert(topic: AlertTopic): void {
  if (alerts.delete(topic)) render();
}

export function translateAlerts(): void {
  render();
}

/** One button tries everything again that has failed: usually it failed for one reason. It stays the same element, so that a
 * press is not lost while further failures come in. */
function render(): void {
  const box = byId("alert");
  const texts = [...alerts.values()].map(({ text }) => h("p", {}, text()));
  const lines = box.firstElementChild ?? box.appendChild(h("div"));
  const button = box.querySelector("button") ?? box.appendChild(h("button", { type: "button", class: "button", onclick: retryAll }));
  box.hidden = texts.length === 0;
  lines.replaceChildren(...texts);
  button.textContent = t("error.retry");
}

function retryAll(): void {
  for (const { retry } of [...alerts.values()]) retry();
}
