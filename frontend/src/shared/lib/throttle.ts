/** Runs at once and then at most every so many milliseconds; the last call is never lost. */
export function throttle({ every, run }: { every: number; run: () => void }) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;
  const call = () => {
    asked = true;
    if (timer === undefined) fire();
  };
  const fire = () => {
    timer = undefined;
    if (!asked) return;
    asked = false;
    run();
    timer = setTimeout(fire, every);
  };
  /** Forgets a call that still waits for its turn. */
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    asked = false;
  };
  /** Runs now if a call is still waiting for its turn, and rests. */
  const flush = () => {
    const isWaiting = asked;
    cancel();
    if (isWaiting) run();
  };
  return { call, cancel, flush };
}
