/** Classes and colours of differences: the same to both sides of none, apart for every kind of colour vision. */
import { classIndex, classLimits } from "./breaks";

const LESS = ["#2166ac", "#67a9cf", "#d1e5f0"] as const;
const MORE = ["#fddbc7", "#ef8a62", "#b2182b"] as const;
export const SAME_COLOUR = "#f7f7f7";

/** Lower limits of what is more, mirrored for what is less; at most three. */
export function changeLimits(differences: readonly number[]): number[] {
  return classLimits(differences.filter((value) => value !== 0).map(Math.abs), MORE.length);
}

export function changeColour(limits: readonly number[], difference: number): string {
  if (difference === 0) return SAME_COLOUR;
  const at = Math.max(classIndex(limits, Math.abs(difference)), 0);
  return difference > 0 ? MORE[at]! : LESS[MORE.length - 1 - at]!;
}
