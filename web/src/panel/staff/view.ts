/** What the tabs of the page share: they ask the server for a place, show what it says, or say why there is nothing. */
import { Problem } from "../../api/client";
import { t } from "../../i18n/i18n";
import { said } from "../../workbench/problemWords";
import type { SignedIn } from "../../workbench/session";
import { h } from "../dom";
import { Latest } from "../problems";
import { button, fillBox, working } from "../workbench/parts";

export interface Surroundings {
  readonly signedIn: SignedIn;
  /** Today in the city. */
  readonly today: () => string;
  /** Tells what was done, and tells it again in another language. */
  readonly say: (text: () => string) => void;
  readonly signIn: () => void;
  /** The name of a unit where it is known yet, else its code. */
  readonly placeName: (code: string) => string;
}

export abstract class View<Answer> {
  readonly element: HTMLElement = h("div", { class: "staff-view" });
  protected place = "";
  protected answer: Answer | null = null;
  private failure: unknown = null;
  private readonly latest = new Latest();

  constructor(protected readonly around: Surroundings) {}

  protected abstract ask(place: string, signal: AbortSignal): Promise<Answer>;
  protected abstract render(answer: Answer): void;

  /** Shows a place; what was shown of another one goes away at once. */
  open(place: string): void {
    if (place !== this.place) this.answer = null;
    this.place = place;
    this.load();
  }

  /** Asks anew; what is shown stays until the answer is there. */
  load(): void {
    this.failure = null;
    mark("loading");
    if (this.answer === null) fillBox(this.element, working(t("st.loading")));
    void this.latest.run(
      (signal) => this.ask(this.place, signal),
      (answer) => {
        this.answer = answer;
        this.translate();
      },
      (error) => {
        this.failure = error;
        this.translate();
      },
    );
  }

  close(): void {
    this.latest.cancel();
  }

  translate(): void {
    if (this.failure !== null) return this.fail(this.failure);
    if (this.answer === null) return;
    this.render(this.answer);
    mark("ready");
  }

  private fail(error: unknown): void {
    const code = error instanceof Problem ? error.code : "";
    const isSignedOut = code === "not_signed_in";
    mark(isSignedOut ? "signed_out" : code === "forbidden" ? "forbidden" : "failed");
    const act = isSignedOut ? button(t("wb.signIn"), this.around.signIn, { id: "sign-in-here" }) : button(t("error.retry"), () => this.load(), { id: "retry" });
    fillBox(this.element, h("div", { class: "problem", role: "alert" }, h("p", {}, isSignedOut ? t("st.signedOut") : said(error).text), act));
  }
}

/** What the page is at, for style sheets and tests. */
export function mark(state: string): void {
  document.documentElement.dataset["staff"] = state;
}
