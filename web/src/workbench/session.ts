/** The signed-in account: who it is, what it may do where, and the token that its requests carry. */
import { closeSession, getSession, openSession, type Grant, type Session } from "../api/session";
import { signal, type Signal } from "../model/signal";

export type Right = "change_set.open" | "change_set.edit" | "change_set.decide" | "change_set.withdraw" | "change_set.read";

/** As boundaries/rights.py has it; the server decides, this only keeps buttons away that would be refused. */
const ROLES: Readonly<Record<Right, readonly string[]>> = {
  "change_set.read": ["town_planner", "county_officer", "city_office"],
  "change_set.open": ["town_planner", "county_officer"],
  "change_set.edit": ["town_planner", "county_officer"],
  "change_set.withdraw": ["town_planner", "county_officer"],
  "change_set.decide": ["county_officer"],
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

  async signOut(): Promise<void> {
    await closeSession(this.token());
    this.session.set(PUBLIC);
  }

  private put(session: Session): Session {
    this.session.set(session);
    return session;
  }
}
