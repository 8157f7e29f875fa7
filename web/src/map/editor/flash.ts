/** How strongly the units of a refused action light up: two short pulses, then a steady mark that stays. */
export const FLASH_MS = 700;

export function flashAt(elapsed_ms: number): number {
  if (elapsed_ms < 0 || elapsed_ms >= FLASH_MS) return 0;
  return (1 - Math.cos((4 * Math.PI * elapsed_ms) / FLASH_MS)) / 2;
}
