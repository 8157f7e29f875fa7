/** What the city lays down: code tables, size rules and the calendar, one beside the other. */
import type { TableName } from "../../api/codeTables";
import { TABLES } from "../../api/codeTables";
import { t } from "../../i18n/i18n";
import type { SignedIn } from "../../workbench/session";
import { h } from "../dom";
import { fillBox, segments } from "../workbench/parts";
import { CalendarTable } from "./calendarTable";
import { CodeTable } from "./codeTable";
import type { Counties } from "./counties";
import { SizeTable } from "./sizeTable";
import type { Ways } from "./words";

const PARTS = [...TABLES, "sizes", "calendar"] as const;
type Part = (typeof PARTS)[number];

/** One table of the page: shown, and read when it is first looked at. */
export interface OfficeTable {
  readonly element: HTMLElement;
  load(): void;
  render(): void;
}

export interface Editing extends Ways {
  readonly signedIn: SignedIn;
  /** Whether the account keeps the code tables. */
  readonly mayEdit: () => boolean;
  readonly say: (text: () => string) => void;
  readonly today: () => string;
}

export class CodesPanel {
  readonly element = h("section", { class: "office-page" });
  private readonly choice = h("div", {});
  private readonly box = h("div", {});
  private part: Part = "exclusive_kind";
  private readonly tables: Readonly<Record<Part, OfficeTable>>;

  constructor(
    private readonly editing: Editing,
    counties: Counties,
  ) {
    const table = (one: TableName): OfficeTable => new CodeTable(one, editing);
    this.tables = {
      exclusive_kind: table("exclusive_kind"),
      change_reason: table("change_reason"),
      matter_family: table("matter_family"),
      sizes: new SizeTable(editing, counties),
      calendar: new CalendarTable(editing),
    };
    this.element.append(this.choice, this.box);
  }

  load(): void {
    this.render();
    this.tables[this.part].load();
  }

  render(): void {
    const options = PARTS.map((one) => [one, t(`of.codes.${one}`)] as const);
    const note = this.editing.mayEdit() ? null : h("p", { class: "muted" }, t("of.codes.readOnly"));
    fillBox(
      this.choice,
      segments("codes-part", t("of.codes.part"), options, this.part, (part) => {
        this.part = part;
        this.load();
      }),
      h("p", { class: "muted" }, t(`of.codes.about.${this.part}`)),
      note,
    );
    const table = this.tables[this.part];
    table.render();
    this.box.replaceChildren(table.element);
  }
}
