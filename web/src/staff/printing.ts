/** Follows a print job until its file is there: asks again and again, at once where it goes quickly. */
import { isAbort, Problem } from "../api/client";
import type { PrintJob } from "../api/boards";
import type { Clock } from "../workbench/saving";

const PAUSE_MS = 700;
const MOST_FAILURES = 5;

export interface Following {
  readonly ask: () => Promise<PrintJob>;
  readonly clock: Clock;
  readonly told: (job: PrintJob) => void;
  /** The server could not be asked, or does not know the job. */
  readonly failed: (error: unknown) => void;
}

export const isOver = ({ state }: Pick<PrintJob, "state">): boolean => state === "done" || state === "failed";

/** Gives a function that stops it. A lost answer is asked for again; a refusal ends it. */
export function follow(job: PrintJob, { ask, clock, told, failed }: Following): () => void {
  let isStopped = false;
  let failures = 0;
  let cancel = (): void => undefined;
  const again = (): void => void (cancel = clock.after(PAUSE_MS, () => void look()));
  const look = async (): Promise<void> => {
    try {
      const now = await ask();
      if (isStopped) return;
      failures = 0;
      told(now);
      if (!isOver(now)) again();
    } catch (error) {
      if (isStopped || isAbort(error)) return;
      failures += 1;
      if (!(error instanceof Problem && error.status >= 400 && error.status < 500) && failures < MOST_FAILURES) again();
      else failed(error);
    }
  };
  told(job);
  if (!isOver(job)) again();
  return () => {
    isStopped = true;
    cancel();
  };
}
