/** What a key means in the editor: one table for the map and its handles. */
export interface Key {
  readonly key: string;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Control or Command: keys pressed with it belong to the page. */
  readonly command: boolean;
}

export type Intent =
  | { readonly kind: "step"; readonly right: number; readonly up: number; readonly pixels: number | "unit" }
  | { readonly kind: "finish" }
  | { readonly kind: "cancel" }
  | { readonly kind: "back" }
  /** Ctrl+Z: belongs to the page unless the tool has something unfinished. */
  | { readonly kind: "undo" }
  | { readonly kind: "remove" }
  | { readonly kind: "insert" }
  | { readonly kind: "first" }
  | { readonly kind: "last" };

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const PLAIN: Readonly<Record<string, Intent>> = {
  Enter: { kind: "finish" },
  " ": { kind: "finish" },
  Escape: { kind: "cancel" },
  Backspace: { kind: "back" },
  Delete: { kind: "remove" },
  Insert: { kind: "insert" },
  Home: { kind: "first" },
  End: { kind: "last" },
};

export function intentOf({ key, shift, alt, command }: Key): Intent | null {
  if (command) return key.toLowerCase() === "z" && !shift ? { kind: "undo" } : null;
  const arrow = ARROWS[key];
  if (arrow === undefined) return PLAIN[key] ?? null;
  return { kind: "step", right: arrow[0], up: arrow[1], pixels: alt ? "unit" : shift ? 10 : 1 };
}
