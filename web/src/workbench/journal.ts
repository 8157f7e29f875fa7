/** What is not to be lost when the page closes: the commands of each change set as the page wants them, and what the server had. */
import type { Commands } from "./reconciling";

export interface Entry {
  readonly account: string;
  readonly changeSet: number;
  /** What the server held when it last answered. */
  readonly revision: number;
  readonly known: Commands;
  /** What the page wants it to hold. */
  readonly wanted: Commands;
  readonly redo: Commands;
  /** What the server may hold by requests whose answer never came. */
  readonly attempts: readonly Commands[];
  /** Milliseconds since 1970, for the list of unsaved work. */
  readonly at: number;
}

/** Where entries are kept; each call ends when it is safe. */
export interface Storage {
  load(account: string, changeSet: number): Promise<Entry | null>;
  save(entry: Entry): Promise<void>;
  remove(account: string, changeSet: number): Promise<void>;
}

export class MemoryStorage implements Storage {
  private readonly entries = new Map<string, string>();

  async load(account: string, changeSet: number): Promise<Entry | null> {
    const text = this.entries.get(keyOf(account, changeSet));
    return text === undefined ? null : (JSON.parse(text) as Entry);
  }

  async save(entry: Entry): Promise<void> {
    this.entries.set(keyOf(entry.account, entry.changeSet), JSON.stringify(entry));
  }

  async remove(account: string, changeSet: number): Promise<void> {
    this.entries.delete(keyOf(account, changeSet));
  }
}

/** Accounts that share a browser do not send one another's work. */
const keyOf = (account: string, changeSet: number): string => `${account}/${changeSet}`;

const DATABASE = "wangge.workbench";
const STORE = "journal";

export class BrowserStorage implements Storage {
  private opened: Promise<IDBDatabase> | null = null;

  async load(account: string, changeSet: number): Promise<Entry | null> {
    const store = await this.store("readonly");
    return ((await answered(store.get(keyOf(account, changeSet)))) as Entry | undefined) ?? null;
  }

  async save(entry: Entry): Promise<void> {
    const store = await this.store("readwrite");
    await written(store, store.put(entry, keyOf(entry.account, entry.changeSet)));
  }

  async remove(account: string, changeSet: number): Promise<void> {
    const store = await this.store("readwrite");
    await written(store, store.delete(keyOf(account, changeSet)));
  }

  private async store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.opened ??= openDatabase();
    this.opened.catch(() => (this.opened = null));
    return (await this.opened).transaction(STORE, mode).objectStore(STORE);
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
  return answered(request);
}

export function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser's storage failed."));
  });
}

/** A request can succeed and its transaction still fail, as on a full disk. */
export function written(store: IDBObjectStore, request: IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const { transaction } = store;
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error ?? new Error("Not written."));
  });
}
