export type Throttled = { (): void; cancel: () => void };

/** Calls at once, then at most once per interval, and once more after the last call. */
export function throttle(call: () => void, interval: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const rest = () => {
    timer = undefined;
    if (isWanted) {
      isWanted = false;
      run();
    }
  };
  const run = () => {
    timer = setTimeout(rest, interval);
    call();
  };
  const throttled = () => {
    if (timer === undefined) {
      run();
    } else {
      isWanted = true;
    }
  };
  return Object.assign(throttled, {
    cancel: () => {
      clearTimeout(timer);
      isWanted = false;
    },
  });
}
