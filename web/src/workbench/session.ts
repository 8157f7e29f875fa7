/** The signed-in account: who it is, what it may do where, and the token that its requests carry. */
import { Problem } from "../api/client";
import { closeSession, getSession, openSession, type Grant, type Session } from "../api/session";
import { signal, type Signal } from "../model/signal";

export type Right =
  | "change_set.open"
  | "change_set.edit"
  | "change_set.decide"
  | "change_set.withdraw"
  | "change_set.read"
  | "duty.read"
  | "duty.edit"
  | "board.print"
  | "service_word.read"
  | "service_word.contact"
  | "service_word.answer"
  | "service_word.see_answered"
  | "filing.read"
  | "filing.submit"
  | "filing.receive"
  | "filing.return"
  | "filing.record"
  | "settings.edit"
  | "settings.history"
  | "exclusive_kind.set"
  | "audit.read"
  | "incident.read";

/** As boundaries/rights.py has it; the server decides, this only keeps buttons away that would be refused. */
const ROLES: Readonly<Record<Right, readonly string[]>> = {
  "change_set.read": ["town_planner", "county_officer", "city_office"],
  "change_set.open": ["town_planner", "county_officer"],
  "change_set.edit": ["town_planner", "county_officer"],
  "change_set.withdraw": ["town_planner", "county_officer"],
  "change_set.decide": ["county_officer"],
  "duty.read": ["community", "town_planner", "county_officer", "city_office"],
  "duty.edit": ["community", "town_planner", "county_officer"],
  "board.print": ["community", "town_planner", "county_officer", "city_office"],
  "service_word.read": ["county_officer", "city_office"],
  "service_word.contact": ["county_officer", "city_office"],
  "service_word.answer": ["county_officer", "city_office"],
  "service_word.see_answered": ["worker", "community"],
  "filing.read": ["town_planner", "county_officer", "city_office"],
  "filing.submit": ["county_officer"],
  "filing.receive": ["city_office"],
  "filing.return": ["city_office"],
  "filing.record": ["city_office"],
  "settings.edit": ["city_office"],
  "settings.history": ["town_planner", "county_officer", "city_office"],
  "exclusive_kind.set": ["county_officer", "city_office"],
  "audit.read": ["admin", "city_office"],
  "incident.read": ["worker", "community", "dispatcher", "department", "town_planner", "county_officer", "city_office"],
};

export const PUBLIC: Session = { account: null, display_name: null, grants: [], csrf_token: null };

export function allows(grants: readonly Grant[], right: Right, code: string): boolean {
  return grants.some(({ role, scope }) => ROLES[right].includes(role) && code.startsWith(scope));
}

/** Whether there is any place where it may. */
export function allowsSomewhere(grants: readonly Grant[], right: Right): boolean {
  return grants.some(({ role }) => ROLES[right].includes(role));
}

export class SignedIn {
  readonly session: Signal<Session> = signal<Session>(PUBLIC);

  token = (): string | null => this.session.get().csrf_token;

  account(): string | null {
    return this.session.get().account;
  }

  may(right: Right, code: string): boolean {
    return allows(this.session.get().grants, right, code);
  }

  async refresh(): Promise<Session> {
    return this.put(await getSession());
  }

  /** After another tab has signed in the same account anew, this one only lacks the new token. */
  async renewed(): Promise<boolean> {
    const now = await getSession();
    const before = this.session.get();
    if (now.account === null || now.account !== before.account || now.csrf_token === before.csrf_token) return false;
    this.put(now);
    return true;
  }

  async signIn(name: string, password: string): Promise<Session> {
    return this.put(await openSession(name, password));
  }

  /** Sends something with the session's token; with the new one once more where another tab has signed in the same account anew. */
  async withToken<T>(send: (csrf: string | null) => Promise<T>): Promise<T> {
    try {
      return await send(this.token());
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "forged_request" || !(await this.renewed())) throw error;
      return send(this.token());
    }
  }

  async signOut(): Promise<void> {
    await this.withToken(closeSession);
    this.session.set(PUBLIC);
  }

  private put(session: Session): Session {
    this.session.set(session);
    return session;
  }
}
