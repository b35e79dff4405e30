import { FileInput, Modal, Text } from "@mantine/core";
import { IconFileTypography } from "@tabler/icons-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useImportWorkflow } from "@/features/workflows/import-workflow";
import { workflowTexts } from "@/features/workflows/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { FormFrame } from "@/shared/ui/form-frame";

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
    <FormFrame
      submitLabel={texts.submit}
      isPending={importing.isPending}
      onSubmit={submit}
      onCancel={onClose}
    >
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
    </FormFrame>
  );
}
