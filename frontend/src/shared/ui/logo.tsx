import classes from "@/shared/ui/logo.module.css";

type LogoProps = { compact?: boolean };

export function Logo({ compact = false }: LogoProps) {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0b6b7a" />
        <path
          d="M9 10h5a3 3 0 0 1 3 3v6a3 3 0 0 0 3 3h3"
          fill="none"
          stroke="#9fe3ec"
          strokeWidth="2.4"
          strokeLinecap="round"
        />
        <circle cx="9" cy="10" r="3.4" fill="#fff" />
        <circle cx="23" cy="22" r="3.4" fill="#fff" />
        <circle cx="23" cy="10" r="2.4" fill="none" stroke="#fff" strokeWidth="2" />
      </svg>
      {compact ? null : <span className={classes.name}>Stepgraph</span>}
    </span>
  );
}
