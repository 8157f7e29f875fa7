/** What can be done with a filing, and what was asked to be corrected. Pure. */
import { ACTIONS, type Action, type Correction, type Filing } from "../api/filings";
import type { Right } from "../workbench/session";

export const RIGHT_OF: Readonly<Record<Action, Right>> = {
  submit: "filing.submit",
  receive: "filing.receive",
  return: "filing.return",
  resubmit: "filing.submit",
  record: "filing.record",
};

/** Steps that the state allows and the account may take. */
export function offered(filing: Filing, may: (right: Right, code: string) => boolean): Action[] {
  return ACTIONS.filter((action) => filing.allowed.includes(action) && may(RIGHT_OF[action], filing.scope));
}

/** Files can be added while it lies with the county. */
export function mayAttach(filing: Filing, may: (right: Right, code: string) => boolean): boolean {
  return filing.allowed.includes("attach") && may("filing.submit", filing.scope);
}

/** What the last return asked, unit by unit; nothing where it was never returned. */
export function asked(filing: Filing): readonly Correction[] {
  return [...filing.steps].reverse().find(({ kind }) => kind === "returned")?.corrections ?? [];
}

/** What was done about it, of the resubmission after the last return. */
export function answered(filing: Filing): readonly Correction[] {
  const since = filing.steps.map(({ kind }) => kind).lastIndexOf("returned");
  return filing.steps.slice(since + 1).find(({ kind }) => kind === "resubmitted")?.corrections ?? [];
}

/** The corrections that still stand: none once it is recorded. */
export function standing(filing: Filing): readonly Correction[] {
  return filing.state === "recorded" || filing.state === "withdrawn" ? [] : asked(filing);
}
