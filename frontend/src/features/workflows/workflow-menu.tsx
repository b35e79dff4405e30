import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconFolder,
  IconListCheck,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { useCopyWorkflow } from "@/features/workflows/copy-workflow";
import { useDeleteWorkflow } from "@/features/workflows/delete-workflow";
import { exportWorkflow } from "@/features/workflows/export-workflow";
import { LabelsDialog } from "@/features/workflows/later";
import { workflowTexts } from "@/features/workflows/texts";
import { api } from "@/shared/api/client";
import type { WorkflowSummary } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";

const texts = workflowTexts.actions;

type WorkflowMenuProps = { workflow: WorkflowSummary; mayEdit: boolean };

export function WorkflowMenu({ workflow, mayEdit }: WorkflowMenuProps) {
  const { slug, name } = workflow;
  const copy = useCopyWorkflow();
  const remove = useDeleteWorkflow();
  const client = useQueryClient();
  const [filing, labels] = useDisclosure(false);
  return (
    <>
      <LabelsDialog
        opened={filing}
        title={workflowTexts.labels.title(name)}
        start={{ folder: workflow.folder, tags: workflow.tags }}
        onSave={async (values) => {
          await api.patch(`/api/workflows/${slug}/`, values);
          await client.invalidateQueries({ queryKey: workflowsKey });
        }}
        onClose={labels.close}
      />
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon aria-label={texts.menu(name)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={`/workflows/${slug}`} leftSection={<IconPencil size={16} />}>
            {texts.open}
          </Menu.Item>
          <Menu.Item component={Link} to={`/jobs?workflow=${slug}`} leftSection={<IconListCheck size={16} />}>
            {texts.jobs}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            onClick={() => void exportWorkflow({ slug, format: "yaml" })}
          >
            {texts.exportYaml}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            onClick={() => void exportWorkflow({ slug, format: "json" })}
          >
            {texts.exportJson}
          </Menu.Item>
          {mayEdit ? (
            <>
              <Menu.Item leftSection={<IconFolder size={16} />} onClick={labels.open}>
                {workflowTexts.labels.action}
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copy.mutate(slug)}>
                {texts.copy}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} />}
                onClick={() => void remove(workflow)}
              >
                {texts.delete}
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
