/** One report on its way from the desk: whatever is lost, and whatever is changed in between, it is taken in once. */
import { Problem } from "../api/client";
import type { Taken } from "../api/desk";
import { randomKey } from "../model/reports";

export interface Sent {
  readonly taken: Taken;
  /** It was in already as it was sent before; what was changed since is not in it. */
  readonly isEarlier: boolean;
}

export type Post = (form: FormData, key: string) => Promise<Taken>;

export class Reporting {
  private key = randomKey();
  /** What was sent under the key and not answered: one of these may be in. */
  private lost: FormData[] = [];
  /** What was refused for good under the key. */
  private refused: string | null = null;

  constructor(private readonly post: Post) {}

  /** Sends under the same key while it is not known what became of it; what is written anew after a refusal is another report. */
  async send(form: FormData): Promise<Sent> {
    if (this.refused !== null && this.lost.length === 0 && this.refused !== printOf(form)) this.renew();
    try {
      return { taken: await this.post(form, this.key), isEarlier: false };
    } catch (error) {
      if (isLost(error)) this.lost.push(form);
      else this.refused = printOf(form);
      if (isKeyUsed(error) && this.lost.length > 0) return this.earlier(error);
      throw error;
    }
  }

  /** The key is used, so that sending again what was lost takes nothing in: it brings the answer. */
  private async earlier(used: unknown): Promise<Sent> {
    for (const form of this.lost) {
      try {
        const taken = await this.post(form, this.key);
        this.renew();
        return { taken, isEarlier: true };
      } catch (error) {
        if (!isKeyUsed(error)) throw error;
      }
    }
    throw used;
  }

  private renew(): void {
    this.key = randomKey();
    this.lost = [];
    this.refused = null;
  }
}

/** Whether nobody knows what became of a request. */
export function isLost(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 500 || error.code === "bad_answer");
}

function isKeyUsed(error: unknown): boolean {
  return error instanceof Problem && error.code === "key_used";
}

/** Two forms with the same print say the same. */
function printOf(form: FormData): string {
  return JSON.stringify([...form].map(([name, value]) => (value instanceof File ? [name, value.name, value.size, value.lastModified] : [name, value])));
}
