/** The form of a new report: shown, or begun and laid aside while something else is looked at. */

/** What of a form matters here. */
export interface Begun {
  isBegun(): boolean;
}

export class FormKeeper<Form extends Begun> {
  private one: Form | null = null;
  private isShown = false;
  private writer: string | null = null;

  /** The form that is on the page. */
  get shown(): Form | null {
    return this.isShown ? this.one : null;
  }

  /** Whether something that was begun waits to be gone on with. */
  get isAside(): boolean {
    return this.one !== null && !this.isShown;
  }

  /** The form as it was left, or a new one. */
  open(writer: string | null, make: () => Form): Form {
    this.one ??= make();
    this.isShown = true;
    this.writer = writer;
    return this.one;
  }

  /** Lays aside what was begun; true where there is something. */
  leave(): boolean {
    const form = this.shown;
    this.isShown = false;
    if (form !== null && !form.isBegun()) this.one = null;
    return form !== null && this.one !== null;
  }

  /** Drops the form, or a certain one where it is still that. */
  drop(form: Form | null = this.one): void {
    if (form !== this.one) return;
    this.one = null;
    this.isShown = false;
  }

  /** What somebody has begun is not shown to whoever signs in next. */
  isOfAnother(account: string | null): boolean {
    return this.one !== null && account !== null && account !== this.writer;
  }
}
