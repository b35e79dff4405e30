import { Button, FileInput, Group, Modal, Stack, Text } from "@mantine/core";
import { IconFileTypography } from "@tabler/icons-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useImportWorkflow } from "@/features/workflows/import-workflow";
import { workflowTexts } from "@/features/workflows/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { uiTexts } from "@/shared/ui/texts";

const texts = workflowTexts.importDialog;

type ImportDialogProps = { opened: boolean; onClose: () => void };

export function ImportDialog({ opened, onClose }: ImportDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.title} size="lg">
      <ImportForm onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const importing = useImportWorkflow();
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setMissing(!file);
    if (file) importing.mutate(file, { onSuccess: ({ slug }) => navigate(`/workflows/${slug}`) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {texts.intro}
        </Text>
        {importing.error ? <ErrorState title={texts.failed} error={importing.error} /> : null}
        <FileInput
          label={texts.file}
          placeholder={texts.choose}
          accept=".yaml,.yml,.json,application/json"
          leftSection={<IconFileTypography size={16} aria-hidden />}
          value={file}
          onChange={setFile}
          error={missing && !file ? texts.missing : null}
          clearable
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {uiTexts.cancel}
          </Button>
          <Button type="submit" loading={importing.isPending}>
            {texts.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
