import { formatAbsolute, formatRelative } from "@/shared/lib/time";
import { useNow } from "@/shared/lib/use-now";

type RelativeTimeProps = { value: string | null | undefined; fallback?: string };

/** “3 minutes ago”, kept up to date; the exact time on hover. */
export function RelativeTime({ value, fallback = "–" }: RelativeTimeProps) {
  const now = useNow(30_000);
  if (!value) return <span>{fallback}</span>;
  const time = new Date(value);
  return (
    <time className="sg-nowrap" dateTime={value} title={formatAbsolute(time)}>
      {formatRelative({ time, now })}
    </time>
  );
}
