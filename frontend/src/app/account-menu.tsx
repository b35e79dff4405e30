import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconUserCog } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import classes from "@/app/account-menu.module.css";
import { appTexts } from "@/app/texts";
import type { Session } from "@/shared/api/schemas";
import { signOut } from "@/shared/session/sign-out";
import { notifyError } from "@/shared/ui/notify";

type AccountMenuProps = { session: Session; compact: boolean };

export function AccountMenu({ session: { user, role }, compact }: AccountMenuProps) {
  const leave = useMutation({
    mutationFn: signOut,
    onError: (error) => notifyError({ title: appTexts.signOutFailed, error }),
  });
  const name = user.name || user.email;
  return (
    <Menu position="right-end" width={220} withArrow>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Avatar name={name} color="petrol" size={30} radius="xl" aria-hidden />
          {compact ? (
            <VisuallyHidden>{`${appTexts.account}: ${name}`}</VisuallyHidden>
          ) : (
            <span className={classes.names}>
              <Text span size="sm" fw={550} truncate>
                {name}
              </Text>
              <Text span size="xs" c="dimmed" truncate>
                {role}
              </Text>
            </span>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCog size={16} />}>
          {appTexts.yourAccount}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          {appTexts.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
