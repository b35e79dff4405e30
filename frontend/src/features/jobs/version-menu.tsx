import type { ButtonProps } from "@mantine/core";
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";

export type VersionChoice = { version?: "latest" };

type VersionMenuProps = {
  label: string;
  /** What the two choices are called. */
  newest: string;
  own: string;
  look: ButtonProps;
  onChoose: (choice: VersionChoice) => void;
};

/** A command that runs something again, and the question on which version. */
export function VersionMenu({ label, newest, own, look, onChoose }: VersionMenuProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button {...look} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChoose({ version: "latest" })}>{newest}</Menu.Item>
        <Menu.Item onClick={() => onChoose({})}>{own}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
