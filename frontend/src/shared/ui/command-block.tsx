import classes from "@/shared/ui/command-block.module.css";
import { CopyButton } from "@/shared/ui/copy-button";

type CommandBlockProps = {
  /** A command or address to copy. */
  value: string;
  label: string;
};

/** A command as it is typed into a terminal, with a button that copies it. */
export function CommandBlock({ value, label }: CommandBlockProps) {
  return (
    <section className={classes.block} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: A scrolling region must be reachable by keyboard. */}
      <pre className={classes.text} tabIndex={0}>
        {value}
      </pre>
      <div className={classes.copy}>
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </section>
  );
}
