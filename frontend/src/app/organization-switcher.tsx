import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconBuilding, IconCheck, IconSelector } from "@tabler/icons-react";
import classes from "@/app/organization-switcher.module.css";
import { appTexts } from "@/app/texts";
import { activeOrganization } from "@/shared/api/organization";
import type { Session } from "@/shared/api/schemas";

type OrganizationSwitcherProps = { session: Session };

export function OrganizationSwitcher({
  session: { organization, organizations },
}: OrganizationSwitcherProps) {
  if (!organization) return null;
  if (organizations.length < 2) {
    return (
      <div className={classes.single}>
        <OrganizationName name={organization.name} />
      </div>
    );
  }
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <UnstyledButton
          className={classes.switcher}
          aria-label={`${appTexts.switchOrganization}: ${organization.name}`}
        >
          <OrganizationName name={organization.name} />
          <IconSelector size={16} aria-hidden className={classes.arrow} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{appTexts.switchOrganization}</Menu.Label>
        {organizations.map(({ id, name }) => (
          <Menu.Item
            key={id}
            onClick={() => switchTo(id)}
            rightSection={id === organization.id ? <IconCheck size={15} aria-hidden /> : null}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function OrganizationName({ name }: { name: string }) {
  return (
    <>
      <IconBuilding size={16} aria-hidden className={classes.icon} />
      <Text span size="sm" fw={550} truncate>
        {name}
      </Text>
    </>
  );
}

/** A fresh page, so that nothing of the other organisation stays in the cache or on a canvas. */
function switchTo(id: string): void {
  activeOrganization.set(id);
  window.location.assign("/workflows");
}
