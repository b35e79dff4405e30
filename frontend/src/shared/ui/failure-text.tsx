import { Text } from "@mantine/core";
import classes from "@/shared/ui/failure-text.module.css";

/** Why something failed: the first line says what happened, a traceback below it is set as code. */
export function FailureText({ message }: { message: string }) {
  const [summary, ...details] = message.trimEnd().split("\n");
  return (
    <>
      <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
        {summary}
      </Text>
      {details.length > 0 ? <pre className={classes.details}>{details.join("\n")}</pre> : null}
    </>
  );
}
