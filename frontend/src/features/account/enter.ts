/** Opens the app afresh after signing in. Only addresses of this site are followed. */
export function enter(next: string | null = null): void {
  window.location.assign(safeTarget(next));
}

export function safeTarget(next: string | null): string {
  if (!next) return "/start";
  const target = new URL(next, window.location.origin);
  if (target.origin !== window.location.origin) return "/start";
  return target.pathname + target.search;
}
