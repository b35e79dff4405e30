import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconDownload, IconListCheck, IconPencil, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import { useCopyWorkflow } from "@/features/workflows/copy-workflow";
import { useDeleteWorkflow } from "@/features/workflows/delete-workflow";
import { exportWorkflow } from "@/features/workflows/export-workflow";
import { workflowTexts } from "@/features/workflows/texts";
import type { WorkflowSummary } from "@/shared/api/schemas";

const texts = workflowTexts.actions;

type WorkflowMenuProps = { workflow: WorkflowSummary; mayEdit: boolean };

export function WorkflowMenu({ workflow, mayEdit }: WorkflowMenuProps) {
  const { slug, name } = workflow;
  const copy = useCopyWorkflow();
  const remove = useDeleteWorkflow();
  return (
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
  );
}
