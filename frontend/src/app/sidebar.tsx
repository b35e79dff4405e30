import { Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import {
  IconBox,
  IconBroadcast,
  IconCalendarTime,
  IconChartBar,
  IconFishHook,
  IconForms,
  IconHeartbeat,
  IconHierarchy2,
  IconHome,
  IconKey,
  IconLayoutGrid,
  IconListCheck,
  IconLock,
  IconPlug,
  IconSettings,
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
type PlaceGroup = { label: string; places: readonly Place[] };

const { nav } = appTexts;
const GROUPS: readonly PlaceGroup[] = [
  {
    label: nav.groups.build,
    places: [
      { to: "/start", label: nav.start, icon: IconHome, permission: "workflow.view" },
      { to: "/workflows", label: nav.workflows, icon: IconHierarchy2, permission: "workflow.view" },
      { to: "/templates", label: nav.templates, icon: IconLayoutGrid, permission: "workflow.view" },
    ],
  },
  {
    label: nav.groups.run,
    places: [
      { to: "/jobs", label: nav.jobs, icon: IconListCheck, permission: "job.view" },
      { to: "/approvals", label: nav.approvals, icon: IconUserCheck, permission: "approval.view" },
      { to: "/insights", label: nav.insights, icon: IconChartBar, permission: "job.view" },
      { to: "/ai-usage", label: nav.aiUsage, icon: IconSparkles, permission: "job.view" },
    ],
  },
  {
    label: nav.groups.begin,
    places: [
      { to: "/schedules", label: nav.schedules, icon: IconCalendarTime, permission: "schedule.view" },
      { to: "/webhooks", label: nav.webhooks, icon: IconWebhook, permission: "webhook.view" },
      { to: "/forms", label: nav.forms, icon: IconForms, permission: "form.view" },
    ],
  },
  {
    label: nav.groups.connect,
    places: [
      { to: "/connectors", label: nav.connectors, icon: IconPlug, permission: "connector.view" },
      { to: "/secrets", label: nav.secrets, icon: IconLock, permission: "secret.view" },
      { to: "/variables", label: nav.variables, icon: IconVariable, permission: "variable.view" },
    ],
  },
  {
    label: nav.groups.manage,
    places: [
      { to: "/members", label: nav.members, icon: IconUsers, permission: "member.view" },
      { to: "/api-keys", label: nav.apiKeys, icon: IconKey, permission: "api_key.manage" },
      { to: "/hooks", label: nav.hooks, icon: IconFishHook, permission: "hook.view" },
      { to: "/event-webhooks", label: nav.eventWebhooks, icon: IconBroadcast, permission: "webhook.view" },
      { to: "/sandboxes", label: nav.sandboxes, icon: IconBox, permission: "workflow.view" },
      { to: "/system", label: nav.system, icon: IconHeartbeat, permission: "job.view" },
      { to: "/settings", label: nav.settings, icon: IconSettings, permission: "organization.view" },
    ],
  },
];

type SidebarProps = { session: Session; compact: boolean; onNavigate?: () => void };

export function Sidebar({ session, compact, onNavigate }: SidebarProps) {
  return (
    <div className={classes.sidebar} data-compact={compact}>
      <Link to="/start" aria-label={appTexts.home} className={classes.brand} onClick={onNavigate}>
        <Logo compact={compact} />
      </Link>
      {compact ? null : <OrganizationSwitcher session={session} />}
      <nav aria-label={appTexts.navigation} className={classes.nav}>
        {GROUPS.map((group) => (
          <SidebarGroup
            key={group.label}
            group={group}
            permissions={session.permissions}
            compact={compact}
            onNavigate={onNavigate}
          />
        ))}
      </nav>
      <div className={classes.foot}>
        <ThemeSwitch compact={compact} />
        <AccountMenu session={session} compact={compact} />
      </div>
    </div>
  );
}

type SidebarGroupProps = {
  group: PlaceGroup;
  permissions: readonly string[];
  compact: boolean;
  onNavigate?: () => void;
};

function SidebarGroup({ group: { label, places }, permissions, compact, onNavigate }: SidebarGroupProps) {
  const allowed = places.filter(({ permission }) => permissions.includes(permission));
  if (allowed.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: A fieldset is for the fields of a form.
    <div role="group" aria-label={label} className={classes.group}>
      {compact ? null : (
        <span className={classes.groupLabel} aria-hidden>
          {label}
        </span>
      )}
      {allowed.map((place) => (
        <SidebarLink key={place.to} place={place} compact={compact} onNavigate={onNavigate} />
      ))}
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
