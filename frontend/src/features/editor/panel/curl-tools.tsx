import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconClipboardText, IconTerminal2 } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ClipboardEvent } from "react";
import { useState } from "react";
import { z } from "zod";
import type { Step } from "@/features/editor/model/definition";
import { stepTexts } from "@/features/editor/panel/texts";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectEdit } from "@/features/editor/store/selectors";
import { api } from "@/shared/api/client";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { CommandBlock } from "@/shared/ui/command-block";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = stepTexts.curl;
const importedSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  warnings: z.array(z.string()),
});
const exportedSchema = z.object({ curl: z.string() });

/** A request as a curl command: taken from one, or shown as one. */
export function CurlTools({ step }: { step: Step }) {
  const [open, setOpen] = useState<"paste" | "show" | null>(null);
  const canEdit = useEditor(selectCanEdit);
  const toggle = (what: "paste" | "show") => setOpen(open === what ? null : what);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {canEdit ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconClipboardText size={14} aria-hidden />}
            aria-expanded={open === "paste"}
            onClick={() => toggle("paste")}
          >
            {texts.paste}
          </Button>
        ) : null}
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconTerminal2 size={14} aria-hidden />}
          aria-expanded={open === "show"}
          onClick={() => toggle("show")}
        >
          {texts.show}
        </Button>
      </Group>
      {open === "paste" ? <PasteCurl step={step} onDone={() => setOpen(null)} /> : null}
      {open === "show" ? <ShownCurl step={step} /> : null}
    </Stack>
  );
}

/** Makes the settings of a request of a curl command. */
function useCurlImport(step: Step) {
  const edit = useEditor(selectEdit);
  return useMutation({
    mutationFn: (curl: string) => api.post("/api/steps/from-curl/", { curl }, { schema: importedSchema }),
    onSuccess: ({ config }) => edit({ kind: "update_step", ids: [step.id], field: "config", value: config }),
  });
}

/** A curl command that is pasted into any field of a request becomes its settings. */
export function useCurlPaste(step: Step): (event: ClipboardEvent) => void {
  const read = useCurlImport(step);
  const canEdit = useEditor(selectCanEdit);
  return (event) => {
    const text = event.clipboardData.getData("text/plain");
    const isMeant = /^\s*curl\s/.test(text) && !(event.target instanceof HTMLTextAreaElement);
    if (step.type === "api" && canEdit && isMeant) {
      event.preventDefault();
      event.stopPropagation();
      read.mutate(text, {
        onSuccess: ({ warnings }) => notifyDone([texts.done, ...warnings].join(" ")),
        onError: (error) => notifyError({ title: texts.failed, error }),
      });
    }
  };
}

function PasteCurl({ step, onDone }: { step: Step; onDone: () => void }) {
  const [text, setText] = useState("");
  const read = useCurlImport(step);
  const use = () =>
    read.mutate(text, { onSuccess: ({ warnings }) => (warnings.length === 0 ? onDone() : undefined) });
  return (
    <Stack gap="xs">
      <Textarea
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        data-autofocus
        label={texts.command}
        description={texts.pasteHelp}
        placeholder={texts.example}
        value={text}
        error={read.error?.message}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button size="xs" disabled={!text.trim()} loading={read.isPending} onClick={use}>
          {texts.use}
        </Button>
      </Group>
      {read.data?.warnings.map((warning) => (
        <Alert key={warning} color="yellow" p="xs">
          <Text size="xs">{warning}</Text>
        </Alert>
      ))}
    </Stack>
  );
}

function ShownCurl({ step }: { step: Step }) {
  const slug = step.config?.connector;
  const connectors = useQuery({ ...connectorListQuery, enabled: typeof slug === "string" });
  const connector = connectors.data?.results.find((one) => one.slug === slug);
  const base = connector?.config.base_url;
  const body = { config: step.config ?? {}, base_url: typeof base === "string" ? base : "" };
  const shown = useQuery({
    queryKey: ["curl", body],
    queryFn: ({ signal }) => api.post("/api/steps/to-curl/", body, { schema: exportedSchema, signal }),
    retry: false,
  });
  if (shown.error) {
    return (
      <Alert color="red" p="xs">
        <Text size="xs">{shown.error.message}</Text>
      </Alert>
    );
  }
  return shown.data ? <CommandBlock value={shown.data.curl} label={texts.command} /> : null;
}
