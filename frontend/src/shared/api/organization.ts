/** The organisation that all requests speak about. Kept per browser; without one the server takes the first. */
const KEY = "stepgraph.organization";

export const activeOrganization = {
  get(): string | null {
    return read();
  },
  set(id: string): void {
    try {
      window.localStorage.setItem(KEY, id);
    } catch {
      // Storage may be forbidden: the choice then lasts no longer than the server's own default.
    }
  },
  clear(): void {
    try {
      window.localStorage.removeItem(KEY);
    } catch {
      // Nothing was kept.
    }
  },
};

function read(): string | null {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
