import { Code, List, Text } from "@mantine/core";
import type { Problem } from "@/shared/api/errors";
import { uiTexts } from "@/shared/ui/texts";

type ProblemListProps = { problems: readonly Problem[] };

/** All that is wrong at once, each with its place and what to do. */
export function ProblemList({ problems }: ProblemListProps) {
  if (problems.length === 0) return null;
  return (
    <List size="sm" spacing={4} aria-label={uiTexts.problemsTitle}>
      {problems.map((problem) => (
        <List.Item key={`${problem.path}:${problem.message}`}>
          {problem.path ? <Code mr={6}>{problem.path}</Code> : null}
          {problem.message}
          {problem.hint ? (
            <Text span size="sm" c="dimmed">
              {" "}
              {problem.hint}
            </Text>
          ) : null}
        </List.Item>
      ))}
    </List>
  );
}
