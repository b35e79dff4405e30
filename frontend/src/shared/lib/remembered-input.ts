const key = (workflow: string) => `stepgraph.input.${workflow}`;

/** The input of the last run of a workflow, or sample data for the next one, kept in this browser. */
export const rememberedInput = {
  get(workflow: string): string | null {
    try {
      return window.localStorage.getItem(key(workflow));
    } catch {
      return null;
    }
  },
  set(workflow: string, text: string): void {
    try {
      window.localStorage.setItem(key(workflow), text);
    } catch {
      // Storage may be forbidden: the dialog then begins empty the next time.
    }
  },
};
