/** The time as the browser has it. */
import type { Clock } from "./saving";

export const BROWSER_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
