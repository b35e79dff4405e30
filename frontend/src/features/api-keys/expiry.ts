export const EXPIRIES = ["never", "30", "90", "365"] as const;
export type Expiry = (typeof EXPIRIES)[number];

const DAY = 86_400_000;

/** When a key made now expires, as the API wants it; `now` is in milliseconds. */
export function expiresAt({ expiry, now }: { expiry: Expiry; now: number }): string | null {
  return expiry === "never" ? null : new Date(now + Number(expiry) * DAY).toISOString();
}
