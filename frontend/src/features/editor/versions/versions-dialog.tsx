import {
  Badge,
  Button,
  Group,
  Modal,
  ScrollArea,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Definition } from "@/features/editor/model/definition";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectDefinition,
  selectSetView,
  selectWorkflow,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import type { VersionInfo } from "@/features/editor/versions/api";
import { useRestore, versionQuery, versionsQuery } from "@/features/editor/versions/api";
import { ChangeList } from "@/features/editor/versions/change-list";
import { SideBySide } from "@/features/editor/versions/side-by-side";
import classes from "@/features/editor/versions/versions.module.css";
import { ErrorState } from "@/shared/ui/error-state";
import { notifyDone } from "@/shared/ui/notify";
import { RelativeTime } from "@/shared/ui/relative-time";

type Look = "changes" | "text";

/** All published versions; the chosen one is compared with the draft and can be brought back. */
export function VersionsDialog() {
  const setView = useEditor(selectSetView);
  const { id } = useEditor(selectWorkflow);
  const versions = useQuery(versionsQuery(id));
  const [chosen, setChosen] = useState<number | null>(null);
  const list = versions.data?.results ?? [];
  const shown = list.find((one) => one.version === chosen) ?? list[0];
  return (
    <Modal opened size="90%" title={texts.versions.title} onClose={() => setView({ dialog: null })}>
      {versions.error ? <ErrorState title={texts.versions.failed} error={versions.error} /> : null}
      {versions.isSuccess && !shown ? <Text size="sm">{texts.versions.none}</Text> : null}
      {shown ? (
        <div className={classes.columns}>
          <VersionList versions={list} shown={shown.version} onChoose={setChosen} />
          <ShownVersion key={shown.version} version={shown} />
        </div>
      ) : null}
    </Modal>
  );
}

type VersionListProps = {
  versions: readonly VersionInfo[];
  shown: number;
  onChoose: (version: number) => void;
};

function VersionList({ versions, shown, onChoose }: VersionListProps) {
  const { publishedVersion } = useEditor(selectWorkflow);
  return (
    <ScrollArea.Autosize mah="70vh" type="auto">
      <Stack gap={4} component="nav" aria-label={texts.versions.title}>
        {versions.map(({ version, note, created_at, created_by }) => (
          <UnstyledButton
            key={version}
            className={classes.version}
            aria-current={version === shown || undefined}
            onClick={() => onChoose(version)}
          >
            <Group gap={8}>
              <Text size="sm" fw={600}>
                {texts.versions.name(version)}
              </Text>
              {version === publishedVersion ? (
                <Badge size="xs" color="green" variant="light">
                  {texts.bar.published}
                </Badge>
              ) : null}
            </Group>
            <Text size="xs" c="dimmed" component="div">
              {created_by} <RelativeTime value={created_at} />
            </Text>
            {note ? <Text size="xs">{note}</Text> : null}
          </UnstyledButton>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}

function ShownVersion({ version }: { version: VersionInfo }) {
  const { id } = useEditor(selectWorkflow);
  const draft = useEditor(selectDefinition);
  const [look, setLook] = useState<Look>("changes");
  const found = useQuery(versionQuery(id, version.version));
  return (
    <Stack miw={0}>
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          value={look}
          onChange={(value) => setLook(value === "text" ? "text" : "changes")}
          data={[
            { value: "changes", label: texts.versions.changes },
            { value: "text", label: texts.versions.sideBySide },
          ]}
        />
        <RestoreButton version={version.version} />
      </Group>
      {found.error ? <ErrorState title={texts.versions.failed} error={found.error} /> : null}
      {found.data ? <Difference look={look} before={found.data.definition} after={draft} /> : null}
    </Stack>
  );
}

function Difference({ look, before, after }: { look: Look; before: Definition; after: Definition }) {
  return look === "text" ? (
    <SideBySide before={before} after={after} />
  ) : (
    <ScrollArea.Autosize mah="62vh" type="auto">
      <ChangeList before={before} after={after} />
    </ScrollArea.Autosize>
  );
}

function RestoreButton({ version }: { version: number }) {
  const store = useEditorStore();
  const canEdit = useEditor(selectCanEdit);
  const { id } = useEditor(selectWorkflow);
  const restore = useRestore(id, ({ definition, draft_revision }) => {
    const { setSaving, takeTheirs, setView } = store.getState();
    setSaving({ theirs: { definition, revision: draft_revision } });
    takeTheirs();
    setView({ dialog: null });
    notifyDone(texts.versions.restored(version));
  });
  return (
    <>
      {restore.error ? <ErrorState title={texts.versions.restoreFailed} error={restore.error} /> : null}
      <Button
        size="xs"
        variant="default"
        disabled={!canEdit}
        loading={restore.isPending}
        onClick={() => restore.mutate(version)}
      >
        {texts.versions.restore}
      </Button>
    </>
  );
}
