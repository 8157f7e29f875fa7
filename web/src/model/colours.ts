/** Colours that keep apart for every kind of colour vision. */

/** Ten stops of cividis (Nuñez, Anderton, Renslow 2018), from few (light) to many (dark), as a light map needs it. */
const CIVIDIS = [
  "#fee838", "#e1cc55", "#c3b369", "#a59c74", "#8a8678", "#707173", "#575d6d", "#3b496c", "#123570", "#00224e",
] as const;

/** `count` colours of cividis, light to dark; a few classes of small counts stay at the light end. */
export function cividis(count: number): string[] {
  const steps = Math.max(count - 1, 4);
  return Array.from({ length: count }, (_, i) => onRamp((i * (CIVIDIS.length - 1)) / steps));
}

/** The colour at a place of the ramp, between its two stops. */
function onRamp(place: number): string {
  const below = Math.min(Math.floor(place), CIVIDIS.length - 2);
  const [from, to] = [rgb(CIVIDIS[below]!), rgb(CIVIDIS[below + 1]!)];
  const mixed = from.map((value, i) => Math.round(value + (to[i]! - value) * (place - below)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Red, green, blue of "#rrggbb". */
export function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export type Shape = "circle" | "square" | "diamond" | "triangle" | "wedge" | "cross";
export interface Mark {
  readonly colour: string;
  readonly shape: Shape;
}

/** Okabe-Ito colours, each with a shape of its own so that colour never stands alone. */
const MARKS: Readonly<Record<string, Mark>> = {
  publicity: { colour: "#56b4e9", shape: "circle" },
  base_information: { colour: "#0072b2", shape: "square" },
  public_opinion: { colour: "#cc79a7", shape: "diamond" },
  hazard: { colour: "#d55e00", shape: "triangle" },
  dispute: { colour: "#e69f00", shape: "wedge" },
  livelihood: { colour: "#009e73", shape: "cross" },
};
const OTHER: Mark = { colour: "#333333", shape: "circle" };

export function markOf(family: string): Mark {
  return MARKS[family] ?? OTHER;
}

/** Soft paper tints that tell neighbouring parents apart, as an atlas does. They carry no meaning of their own. */
export const TINTS = ["#fdfaf0", "#edf5ee", "#f7f1e6", "#eaf3f6", "#f3eff5", "#f4f6e6"] as const;

/** A tint for every face of one parent; the same parent has the same tint at every zoom and in every tile. */
export function tintOf(code: string, parentLength: number): number {
  let sum = 7;
  for (let i = 4; i < Math.min(parentLength, code.length); i++) sum = (sum * 31 + code.charCodeAt(i)) % 65_521;
  return sum % TINTS.length;
}
