/** A complaint or praise on its way: sent as often as need be, taken in once. */
import { randomKey } from "../model/reports";
import { sayWord, type NewWord } from "../api/publicGrid";

export interface Receipt {
  readonly no: string;
  readonly token: string;
}

/** The same words about the same grid go out under the same key until an answer arrives; other words are something else. */
export class Saying {
  private key = "";
  private said = "";

  constructor(private readonly send: (body: NewWord, key: string) => Promise<Receipt> = sayWord) {}

  async say(word: NewWord): Promise<Receipt> {
    const said = JSON.stringify(word);
    if (said !== this.said) [this.key, this.said] = [randomKey(), said];
    const receipt = await this.send(word, this.key);
    this.said = "";
    return receipt;
  }
}
