/** The county to show: names from the register, those first that the account reaches. */
import { getCounties } from "../../api/asOf";
import { t } from "../../i18n/i18n";
import { h, name } from "../dom";
import { field, fillBox, select } from "../workbench/parts";
import { inChinese } from "./words";

/** Names of the counties, asked for once. */
export class Counties {
  private names: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly city: { readonly code: string; readonly name: string },
    private readonly changed: () => void,
  ) {}

  async load(): Promise<void> {
    try {
      const found = await getCounties(null);
      this.names = new Map(found.map(({ properties }) => [properties.code, properties.name]));
      this.changed();
    } catch {
      // codes stand for the names
    }
  }

  codes(): string[] {
    return [...this.names.keys()].sort();
  }

  /** What touches several counties is numbered for the city. */
  nameOf(code: string): string {
    return this.names.get(code) ?? (code.startsWith(this.city.code) && /00$|^\d{4}$/.test(code) ? this.city.name : code);
  }
}

export class CountyFilter {
  readonly element = h("div", { class: "county-filter" });

  constructor(
    private readonly id: string,
    private readonly counties: Counties,
    private readonly value: () => string,
    private readonly chosen: (code: string) => void,
  ) {}

  render(): void {
    const codes = this.counties.codes();
    const known = this.value() === "" || codes.includes(this.value()) ? codes : [...codes, this.value()];
    const options = known.map((code) => [code, `${this.counties.nameOf(code)} ${code}`] as const);
    const box = inChinese(select(this.id, [["", t("of.allCounties")], ...options], this.value()));
    box.addEventListener("change", () => this.chosen(box.value));
    fillBox(this.element, field(t("of.county"), box));
  }

  nameOf(code: string): HTMLElement {
    return name(this.counties.nameOf(code));
  }
}
