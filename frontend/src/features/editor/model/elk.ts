import type { ELK } from "elkjs/lib/elk-api";

let loaded: Promise<ELK> | null = null;

/** ELK in a worker of its own: half a megabyte that only tidying up needs, and a page that stays responsive. */
export function loadElk(): Promise<ELK> {
  loaded ??= Promise.all([import("elkjs/lib/elk-api"), import("elkjs/lib/elk-worker.min.js?url")]).then(
    ([{ default: Elk }, { default: workerUrl }]) => new Elk({ workerUrl }),
  );
  return loaded;
}
