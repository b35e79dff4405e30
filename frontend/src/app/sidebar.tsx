import { Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import {
  IconBox,
  IconCalendarTime,
  IconForms,
  IconHierarchy2,
  IconKey,
  IconListCheck,
  IconLock,
  IconPlug,
  IconSparkles,
  IconUserCheck,
  IconUsers,
  IconVariable,
  IconWebhook,
} from "@tabler/icons-react";
import { Link, NavLink } from "react-router";
import { AccountMenu } from "@/app/account-menu";
import { OrganizationSwitcher } from "@/app/organization-switcher";
import classes from "@/app/sidebar.module.css";
import { appTexts } from "@/app/texts";
import { ThemeSwitch } from "@/app/theme-switch";
import type { Session } from "@/shared/api/schemas";
import { Logo } from "@/shared/ui/logo";

type Place = { to: string; label: string; icon: TablerIcon; permission: string };

const PLACES: readonly Place[] = [
  { to: "/workflows", label: appTexts.nav.workflows, icon: IconHierarchy2, permission: "workflow.view" },
  { to: "/jobs", label: appTexts.nav.jobs, icon: IconListCheck, permission: "job.view" },
  { to: "/schedules", label: appTexts.nav.schedules, icon: IconCalendarTime, permission: "schedule.view" },
  { to: "/approvals", label: appTexts.nav.approvals, icon: IconUserCheck, permission: "approval.view" },
  { to: "/webhooks", label: appTexts.nav.webhooks, icon: IconWebhook, permission: "webhook.view" },
  { to: "/forms", label: appTexts.nav.forms, icon: IconForms, permission: "form.view" },
  { to: "/connectors", label: appTexts.nav.connectors, icon: IconPlug, permission: "connector.view" },
  { to: "/secrets", label: appTexts.nav.secrets, icon: IconLock, permission: "secret.view" },
  { to: "/variables", label: appTexts.nav.variables, icon: IconVariable, permission: "variable.view" },
  { to: "/ai-usage", label: appTexts.nav.aiUsage, icon: IconSparkles, permission: "job.view" },
  { to: "/members", label: appTexts.nav.members, icon: IconUsers, permission: "member.view" },
  { to: "/api-keys", label: appTexts.nav.apiKeys, icon: IconKey, permission: "api_key.manage" },
  { to: "/sandboxes", label: appTexts.nav.sandboxes, icon: IconBox, permission: "workflow.view" },
];

type SidebarProps = { session: Session; compact: boolean; onNavigate?: () => void };

export function Sidebar({ session, compact, onNavigate }: SidebarProps) {
  const places = PLACES.filter(({ permission }) => session.permissions.includes(permission));
  return (
    <div className={classes.sidebar} data-compact={compact}>
      <Link to="/workflows" aria-label={appTexts.home} className={classes.brand} onClick={onNavigate}>
        <Logo compact={compact} />
      </Link>
      {compact ? null : <OrganizationSwitcher session={session} />}
      <nav aria-label={appTexts.navigation} className={classes.nav}>
        {places.map((place) => (
          <SidebarLink key={place.to} place={place} compact={compact} onNavigate={onNavigate} />
        ))}
      </nav>
      <div className={classes.foot}>
        <ThemeSwitch compact={compact} />
        <AccountMenu session={session} compact={compact} />
      </div>
    </div>
  );
}

type SidebarLinkProps = { place: Place; compact: boolean; onNavigate?: () => void };

function SidebarLink({ place: { to, label, icon: Icon }, compact, onNavigate }: SidebarLinkProps) {
  return (
    <Tooltip label={label} position="right" disabled={!compact}>
      <NavLink to={to} className={classes.link} onClick={onNavigate} aria-label={compact ? label : undefined}>
        <Icon size={19} stroke={1.8} aria-hidden />
        {compact ? null : label}
      </NavLink>
    </Tooltip>
  );
}
