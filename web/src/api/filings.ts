/** Filings, as far as the workbench links to them. */
import { getJson } from "./client";

interface Listed {
  readonly no: string;
  readonly change_set: number;
}

/** The number of the filing of a change set, or null. */
export async function getFilingOf(changeSet: number, scope: string): Promise<string | null> {
  const { filings } = await getJson<{ filings: readonly Listed[] }>(
    "/api/v1/filings",
    scope.length >= 6 ? { county: scope.slice(0, 6) } : {},
  );
  return filings.find((one) => one.change_set === changeSet)?.no ?? null;
}
