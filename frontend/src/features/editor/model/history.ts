/** Past, present and future of a document. One edit is one entry; typing in one field stays one entry. */
export type History<T> = {
  past: readonly T[];
  present: T;
  future: readonly T[];
  coalesceKey: string | null;
  changedAt: number;
};

export type CommitOptions = { coalesceKey?: string | null; now: number };

const LIMIT = 200;
const COALESCE_MS = 1500;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], coalesceKey: null, changedAt: 0 };
}

export function commit<T>(history: History<T>, next: T, options: CommitOptions): History<T> {
  if (next === history.present) {
    return history;
  }
  const key = options.coalesceKey ?? null;
  const joins = key !== null && key === history.coalesceKey && options.now - history.changedAt < COALESCE_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-LIMIT);
  return { past, present: next, future: [], coalesceKey: key, changedAt: options.now };
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) {
    return history;
  }
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
    coalesceKey: null,
    changedAt: 0,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) {
    return history;
  }
  return {
    past: [...history.past, history.present],
    present: next,
    future: rest,
    coalesceKey: null,
    changedAt: 0,
  };
}
