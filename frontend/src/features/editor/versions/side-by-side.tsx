import { useComputedColorScheme } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Definition } from "@/features/editor/model/definition";
import { toYaml } from "@/features/editor/model/yaml-text";
import { texts } from "@/features/editor/texts";

// Loaded when somebody looks: most people never compare as text.
const MergeView = lazy(async () => ({ default: (await import("@/shared/ui/merge-view")).MergeView }));

/** Both definitions as YAML beside each other, with what differs marked. */
export function SideBySide({ before, after }: { before: Definition; after: Definition }) {
  const scheme = useComputedColorScheme("light");
  return (
    <Suspense fallback={<p aria-busy>{texts.loading}</p>}>
      <MergeView
        before={toYaml(before)}
        after={toYaml(after)}
        labels={[texts.versions.before, texts.versions.after]}
        dark={scheme === "dark"}
      />
    </Suspense>
  );
}
