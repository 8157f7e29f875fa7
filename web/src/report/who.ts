/** Whose reports are written: the session's account, and out of reach or after the session's end whoever was here last. */
import type { Session } from "../api/session";
import { PUBLIC, type SignedIn } from "../workbench/session";

/** Holds one name beyond the page's life. */
export interface Memory {
  get(): string | null;
  set(name: string | null): void;
}

const KEY = "wangge.report.account";

export const BROWSER_MEMORY: Memory = {
  get() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be forbidden by policy; the page works without it
    }
  },
  set(name) {
    try {
      if (name === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, name);
    } catch {
      // see get
    }
  },
};

export class Who {
  /** Whether the server has said whose session it is. */
  private isKnown = false;

  constructor(
    readonly signedIn: SignedIn,
    private readonly memory: Memory,
  ) {
    signedIn.session.subscribe(({ account }) => {
      this.isKnown = true;
      if (account !== null) memory.set(account);
    });
  }

  /** The account that is signed in, as far as the page knows. */
  account(): string | null {
    return this.signedIn.account();
  }

  /** The account that what is written belongs to; null is the public. */
  writer(): string | null {
    return this.account() ?? this.memory.get();
  }

  /** The account of this browser has to sign in again. */
  hasEnded(): boolean {
    return this.isKnown && this.account() === null && this.memory.get() !== null;
  }

  async known(): Promise<void> {
    if (!this.isKnown) await this.signedIn.refresh();
  }

  /** Asks again who is signed in; true where the session or its token is another one than before. */
  async renewed(): Promise<boolean> {
    const before: Session = this.signedIn.session.get();
    const now = await this.signedIn.refresh();
    return now.account !== before.account || now.csrf_token !== before.csrf_token;
  }

  ended(): void {
    if (this.account() !== null) this.signedIn.session.set(PUBLIC);
  }

  async signOut(): Promise<void> {
    await this.signedIn.signOut();
    this.forget();
  }

  forget(): void {
    this.memory.set(null);
    this.signedIn.session.set(PUBLIC);
  }
}
