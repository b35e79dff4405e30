/** Who holds work that is not saved; a page that is left for another one would lose it. */
const holders = new Set<() => boolean>();

/** Takes part as long as the page is open; gives the way out. */
export function holdUnsaved(isUnsaved: () => boolean): () => void {
  holders.add(isUnsaved);
  return () => holders.delete(isUnsaved);
}

export function hasUnsaved(): boolean {
  return [...holders].some((isUnsaved) => isUnsaved());
}
