/** Photos of a report: taken or chosen, scaled down here, and without what the camera wrote into the file. */
import { t } from "../../i18n/i18n";
import { MOST_PHOTOS } from "../../model/reports";
import { h } from "../dom";

const LONGEST_PX = 1600;
const QUALITY = 0.85;

export class PhotoBox {
  readonly element: HTMLElement;
  private readonly shown = h("ul", { class: "plain thumbs", id: "report-thumbs" });
  private readonly failed = h("p", { class: "field-error", role: "alert", id: "photo-error" });
  private photos: readonly ArrayBuffer[] = [];
  private addresses: string[] = [];
  private adding: Promise<void> = Promise.resolve();

  constructor(private readonly changed: () => void) {
    const pickers = [this.picker("camera", { capture: "environment" }), this.picker("gallery", { multiple: true })];
    this.element = h(
      "fieldset",
      { class: "field" },
      h("legend", {}, t("rp.photos")),
      h("p", { class: "muted" }, t("rp.photosHint")),
      h("div", { class: "pickers" }, ...pickers),
      this.failed,
      this.shown,
    );
  }

  /** A file input looks like a button; it stays the input that keys and screen readers reach. */
  private picker(kind: "camera" | "gallery", how: Readonly<Record<string, string | boolean>>): HTMLElement {
    const id = `report-${kind}`;
    const input = h("input", { id, class: "hidden-text", type: "file", accept: "image/*", ...how });
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      this.adding = this.adding.then(() => this.add(files));
    });
    return h("span", { class: "picker" }, input, h("label", { class: "button", for: id }, t(`rp.${kind}`)));
  }

  /** Ends when all that were taken or chosen so far are scaled down. */
  ready(): Promise<void> {
    return this.adding;
  }

  get(): readonly ArrayBuffer[] {
    return this.photos;
  }

  set(photos: readonly ArrayBuffer[]): void {
    this.photos = photos;
    this.failed.textContent = "";
    this.render();
  }

  private async add(files: readonly File[]): Promise<void> {
    const failures: string[] = [];
    for (const file of files) {
      if (this.photos.length >= MOST_PHOTOS) {
        failures.push(t("refusal.too_many_photos"));
        break;
      }
      try {
        const photo = await scaledDown(file);
        this.photos = [...this.photos, photo]; // as they are by now: one may have been removed meanwhile
      } catch {
        failures.push(t("rp.badPhoto", { name: file.name }));
      }
    }
    this.failed.textContent = failures.join(" ");
    this.render();
    this.changed();
  }

  private remove(at: number): void {
    this.photos = this.photos.filter((_, i) => i !== at);
    this.render();
    this.changed();
    document.getElementById("report-gallery")?.focus();
  }

  private render(): void {
    for (const address of this.addresses) URL.revokeObjectURL(address);
    this.addresses = this.photos.map((bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    this.shown.replaceChildren(...this.addresses.map((address, i) => this.thumb(address, i)));
    this.shown.hidden = this.photos.length === 0;
  }

  private thumb(src: string, i: number): HTMLElement {
    const label = t("rp.removePhoto", { n: i + 1 });
    const remove = h("button", { type: "button", class: "remove-photo", "aria-label": label, title: label, onclick: () => this.remove(i) }, "×");
    return h("li", {}, h("img", { src, alt: t("dk.photo", { n: i + 1 }) }), remove);
  }
}

/** Drawn anew as JPEG: an <img> turns it upright by its EXIF, and nothing of the EXIF is left. */
async function scaledDown(file: File): Promise<ArrayBuffer> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return await (await drawn(image)).arrayBuffer();
  } finally {
    URL.revokeObjectURL(address);
  }
}

function drawn(image: HTMLImageElement): Promise<Blob> {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no canvas.");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The photo could not be drawn."))), "image/jpeg", QUALITY);
  });
}
