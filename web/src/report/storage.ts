/** Where reports are kept until they are sent: IndexedDB, which a closed page and a switched-off phone do not empty. */
import type { Meta } from "../api/types";
import { answered, written } from "../workbench/journal";
import type { Content, Entry } from "./entry";

/** Each call ends when it is safe. */
export interface Storage {
  all(): Promise<readonly Entry[]>;
  save(entry: Entry): Promise<void>;
  remove(key: string): Promise<void>;
}

const DATABASE = "wangge.report";
const [OUTBOX, PAGE] = ["outbox", "page"];

export class BrowserStorage implements Storage {
  private opened: Promise<IDBDatabase> | null = null;

  async all(): Promise<readonly Entry[]> {
    return (await answered((await this.store(OUTBOX, "readonly")).getAll())) as Entry[];
  }

  async save(entry: Entry): Promise<void> {
    const store = await this.store(OUTBOX, "readwrite");
    await written(store, store.put(entry, entry.key));
  }

  async remove(key: string): Promise<void> {
    const store = await this.store(OUTBOX, "readwrite");
    await written(store, store.delete(key));
  }

  /** What an account, or the public (null), is writing: a phone may end the page while its camera is open. */
  draft(writer: string | null): Promise<Content | undefined> {
    return this.read(draftOf(writer));
  }

  saveDraft(writer: string | null, draft: Content): Promise<void> {
    return this.write(draftOf(writer), draft);
  }

  /** The city as it last answered, for a page that is opened out of reach. */
  meta(): Promise<Meta | undefined> {
    return this.read("meta");
  }

  saveMeta(meta: Meta): Promise<void> {
    return this.write("meta", meta);
  }

  private async read<T>(name: string): Promise<T | undefined> {
    return (await answered((await this.store(PAGE, "readonly")).get(name))) as T | undefined;
  }

  private async write(name: string, value: unknown): Promise<void> {
    const store = await this.store(PAGE, "readwrite");
    await written(store, store.put(value, name));
  }

  private async store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.opened ??= openDatabase();
    this.opened.catch(() => (this.opened = null));
    return (await this.opened).transaction(name, mode).objectStore(name);
  }
}

const draftOf = (writer: string | null): string => (writer === null ? "draft" : `draft of ${writer}`);

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => [OUTBOX, PAGE].forEach((name) => request.result.createObjectStore(name));
  return answered(request);
}
