import { formatDuration } from "@/shared/lib/time";
import { useNow } from "@/shared/lib/use-now";

type DurationProps = {
  /** In seconds; null while it is not known. */
  seconds: number | null | undefined;
  /** Of something that still runs: the time then counts up. */
  since?: string | null;
};

/** How long something took, or has been taking so far. */
export function Duration({ seconds, since }: DurationProps) {
  if (seconds !== null && seconds !== undefined) {
    return <span className="sg-numeric sg-nowrap">{formatDuration(seconds)}</span>;
  }
  return since ? <Running since={since} /> : <span>–</span>;
}

function Running({ since }: { since: string }) {
  const now = useNow(1000);
  const seconds = Math.max(0, (now - new Date(since).getTime()) / 1000);
  return <span className="sg-numeric sg-nowrap">{formatDuration(Math.floor(seconds))}</span>;
}
