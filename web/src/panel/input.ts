/** Whether keys or a pointer were used last decides if a clicked map shows its focus ring and crosshair. */
export function watchInput(): void {
  const note = (how: string) => (): void => void (document.documentElement.dataset["input"] = how);
  document.addEventListener("keydown", note("keys"), true);
  document.addEventListener("pointerdown", note("pointer"), true);
}
