/** The form of a report. What is pressed to be sent goes into the outbox at once; what is being written is kept too. */
import type { Meta } from "../../api/types";
import { t } from "../../i18n/i18n";
import { isEmpty, NO_CONTENT, type Content } from "../../report/entry";
import { h } from "../dom";
import { button, field } from "../workbench/parts";
import { MatterBox } from "./matterBox";
import { PhotoBox } from "./photos";
import { PlaceBox } from "./placeBox";
import { privacy } from "./privacy";

export interface FormActs {
  readonly send: (content: Content, contact: string) => Promise<void>;
  readonly changed: (content: Content) => void;
}

export class ReportForm {
  private readonly address = h("input", { id: "report-address", type: "text", maxlength: "200", autocomplete: "off" });
  private readonly description = h("textarea", { id: "report-description", rows: "3", maxlength: "2000" });
  private readonly contact = h("input", { id: "report-contact", type: "text", maxlength: "200", autocomplete: "off" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "report-error" });
  private readonly submit = h("button", { type: "submit", class: "button strong send", id: "report-send" }, t("rp.send"));
  private readonly changed = (): void => this.acts.changed(this.content());
  private readonly photos = new PhotoBox(this.changed);
  private readonly place = new PlaceBox(this.changed);
  private readonly matter: MatterBox;
  private readonly ofPublic = h("div", { class: "of-public" }, field(t("rp.contact"), this.contact), privacy());

  constructor(
    private readonly meta: Meta | null,
    private readonly acts: FormActs,
  ) {
    this.matter = new MatterBox(meta, this.changed);
    for (const box of [this.address, this.description]) box.addEventListener("input", this.changed);
  }

  /** Puts itself into the page. */
  show(form: HTMLFormElement): void {
    form.replaceChildren(
      this.matter.element,
      this.place.element,
      field(t("rp.description"), this.description, t("rp.descriptionHint")),
      this.photos.element,
      field(t("rp.address"), this.address),
      this.ofPublic,
      this.failed,
      h("div", { class: "send-row" }, this.submit, button(t("rp.clear"), () => this.clear(), { id: "report-clear" })),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.send();
    };
    if (this.meta) this.place.setCity(this.meta);
  }

  /** Neither this nor who is signed in takes anything from what is being written. */
  setCity(meta: Meta): void {
    this.matter.setCity(meta);
    this.place.setCity(meta);
  }

  setPublic(isPublic: boolean): void {
    this.ofPublic.hidden = !isPublic;
  }

  content(): Content {
    const [description, address] = [this.description.value.trim(), this.address.value.trim()];
    return { matter: this.matter.get(), description, address, point: this.place.get(), photos: this.photos.get() };
  }

  contactText(): string {
    return this.ofPublic.hidden ? "" : this.contact.value.trim();
  }

  put(content: Content, contact = ""): void {
    this.matter.set(content.matter);
    this.place.set(content.point);
    this.description.value = content.description;
    this.address.value = content.address;
    this.contact.value = contact;
    this.photos.set(content.photos);
  }

  /** Whether anything of it was written; a position may have come by itself. */
  isBegun(): boolean {
    return !isEmpty({ ...this.content(), point: null });
  }

  tell(text: string): void {
    this.failed.textContent = text;
    this.failed.scrollIntoView({ block: "nearest" });
  }

  locate(): void {
    this.place.locate();
  }

  /** It leaves the page, and holds nothing of it any more. */
  stop(): void {
    this.place.leave();
    this.photos.set([]);
    this.matter.stop();
  }

  private clear(): void {
    this.put(NO_CONTENT);
    this.failed.textContent = "";
    this.changed();
    this.matter.focus();
  }

  private async send(): Promise<void> {
    const missing = this.missing();
    this.failed.textContent = missing?.text ?? "";
    if (missing) return missing.focus();
    this.submit.disabled = true;
    this.submit.textContent = t("rp.saving");
    try {
      this.place.stop();
      await this.photos.ready();
      await this.acts.send(this.content(), this.contactText());
      this.put(NO_CONTENT);
      this.changed();
    } finally {
      this.submit.disabled = false;
      this.submit.textContent = t("rp.send");
    }
  }

  private missing(): { text: string; focus: () => void } | null {
    const { matter, point, description } = this.content();
    if (matter === "") return { text: t("rp.needMatter"), focus: () => this.matter.focus() };
    if (point === null) return { text: t("rp.needPlace"), focus: () => this.place.focus() };
    if (!this.ofPublic.hidden && description === "") return { text: t("rp.needDescription"), focus: () => this.description.focus() };
    return null;
  }
}
