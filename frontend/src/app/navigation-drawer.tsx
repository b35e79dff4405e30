import { Drawer } from "@mantine/core";
import classes from "@/app/app-shell-frame.module.css";
import { Sidebar } from "@/app/sidebar";
import { appTexts } from "@/app/texts";
import type { Session } from "@/shared/api/schemas";

type NavigationDrawerProps = { opened: boolean; session: Session; onClose: () => void };

/** The navigation of small screens. */
export function NavigationDrawer({ opened, session, onClose }: NavigationDrawerProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={272}
      padding={0}
      title={appTexts.navigation}
      classNames={{ header: classes.drawerHeader, body: classes.drawerBody, content: classes.drawer }}
    >
      <Sidebar session={session} compact={false} onNavigate={onClose} />
    </Drawer>
  );
}
