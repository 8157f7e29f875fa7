/** The files of a filing: to be saved, and added to while it lies with the county. */
import { fileAddress, type Attachment } from "../../api/filings";
import { t } from "../../i18n/i18n";
import type { OfficeDesk } from "../../office/desk";
import { mayAttach } from "../../office/steps";
import { h, name } from "../dom";
import { fillBox, section, working } from "../workbench/parts";
import { failure, type Ways } from "./words";

/** As boundaries/filings/attachments.py has it; the server looks at the first bytes too. */
const TYPES = ".pdf,.ofd,.docx,.xlsx,.zip,.gpkg,.png,.jpg,.jpeg,.tif,.tiff,.txt,.csv,.geojson";

export class Documents {
  readonly element = h("div", {});
  private error: unknown = null;
  private of: string | null = null;

  constructor(
    private readonly desk: OfficeDesk,
    private readonly ways: Ways,
  ) {}

  render(): void {
    const open = this.desk.current();
    if (open === null) return;
    const { filing } = open;
    if (this.of !== filing.no) [this.of, this.error] = [filing.no, null];
    const files = filing.attachments.map((one) => fileLine(filing.no, one));
    const list = files.length > 0 ? h("ul", { class: "filing-files", id: "files" }, ...files) : h("p", { class: "muted" }, t("of.noFiles"));
    const failed = this.error === null ? null : failure(this.error, { ...this.ways, retry: () => this.forget() });
    const may = mayAttach(filing, (right, code) => this.desk.signedIn.may(right, code));
    fillBox(this.element, section(t("of.files", { n: files.length }), list, failed, may ? this.chooser() : null));
  }

  private forget(): void {
    this.error = null;
    this.render();
  }

  private chooser(): HTMLElement {
    if (this.desk.busy.get()) return working(t("of.sending"));
    const input = h("input", { type: "file", id: "attach", multiple: true, accept: TYPES });
    input.addEventListener("change", () => void this.send([...(input.files ?? [])]));
    return h("div", { class: "field file-field no-print" }, h("label", { for: "attach" }, t("of.attach")), input, h("p", { class: "muted" }, t("of.attachHint")));
  }

  private async send(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const sent = this.desk.attachAll(files);
    this.render();
    this.error = await sent;
    this.render();
  }
}

function fileLine(no: string, { name: file, bytes, sha256 }: Attachment): HTMLElement {
  const size = bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return h("li", {}, h("a", { href: fileAddress(no, file), download: file }, name(file)), h("span", { class: "muted" }, ` ${size}`), h("p", { class: "digest" }, "SHA-256 ", h("code", {}, sha256)));
}
