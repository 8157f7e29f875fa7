/** Addresses that the city's gazetteer knows. */
import { getJson } from "./client";

export interface AddressFound {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** From the county down. */
  readonly path: string;
  readonly confidence: number;
}

export const findAddresses = async (q: string, signal?: AbortSignal): Promise<readonly AddressFound[]> =>
  (await getJson<{ candidates: readonly AddressFound[] }>("/api/v1/gazetteer", { q, limit: 5 }, signal)).candidates;
