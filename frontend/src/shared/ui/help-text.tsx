import { Code } from "@mantine/core";

/** Text in which words between backticks are code. */
export function HelpText({ text }: { text: string }) {
  const parts = text.split("`");
  return (
    <>
      {parts.map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text never change places
        index % 2 === 1 ? <Code key={index}>{part}</Code> : part,
      )}
    </>
  );
}
