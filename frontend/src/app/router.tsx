import type { RouteObject } from "react-router";
import { createBrowserRouter, Navigate } from "react-router";
import { AppLayout } from "@/app/app-layout";
import { FullPageMessage } from "@/app/full-page-message";
import { NotFoundPage } from "@/app/not-found-page";
import { PublicLayout } from "@/app/public-layout";
import { RouteError } from "@/app/route-error";
import { appTexts } from "@/app/texts";

/** Every page is loaded when it is first opened; this is the only list of addresses. */
export const routes: RouteObject[] = [
  {
    element: <PublicLayout />,
    hydrateFallbackElement: <FullPageMessage busy={appTexts.starting} />,
    errorElement: <RouteError />,
    children: [
      {
        path: "sign-in",
        lazy: async () => page((await import("@/features/account/sign-in-page")).SignInPage),
      },
      {
        path: "setup",
        lazy: async () => page((await import("@/features/account/first-run-page")).FirstRunPage),
      },
      {
        path: "invite/:token",
        lazy: async () => page((await import("@/features/account/accept-invite-page")).AcceptInvitePage),
      },
    ],
  },
  {
    element: <AppLayout />,
    hydrateFallbackElement: <FullPageMessage busy={appTexts.starting} />,
    errorElement: <RouteError />,
    children: [
      {
        errorElement: <RouteError />,
        children: [
          { index: true, element: <Navigate to="/start" replace /> },
          { path: "start", lazy: async () => page((await import("@/features/start/start-page")).StartPage) },
          {
            path: "templates",
            lazy: async () => page((await import("@/features/start/templates-page")).TemplatesPage),
          },
          {
            path: "workflows",
            lazy: async () => page((await import("@/features/workflows/workflows-page")).WorkflowsPage),
          },
          {
            path: "workflows/:id",
            handle: { fullBleed: true },
            lazy: async () => {
              const { EditorPage, loadEditor } = await import("@/features/editor/editor-page");
              return { Component: EditorPage, loader: loadEditor };
            },
          },
          { path: "jobs", lazy: async () => page((await import("@/features/jobs/jobs-page")).JobsPage) },
          { path: "jobs/:id", lazy: async () => page((await import("@/features/jobs/job-page")).JobPage) },
          {
            path: "approvals/:id?",
            lazy: async () => page((await import("@/features/approvals/approvals-page")).ApprovalsPage),
          },
          {
            path: "webhooks",
            lazy: async () => page((await import("@/features/webhooks/webhooks-page")).WebhooksPage),
          },
          {
            path: "schedules",
            lazy: async () => page((await import("@/features/schedules/schedules-page")).SchedulesPage),
          },
          { path: "forms", lazy: async () => page((await import("@/features/forms/forms-page")).FormsPage) },
          {
            path: "connectors",
            lazy: async () => page((await import("@/features/connectors/connectors-page")).ConnectorsPage),
          },
          {
            path: "secrets",
            lazy: async () => page((await import("@/features/secrets/secrets-page")).SecretsPage),
          },
          {
            path: "variables",
            lazy: async () => page((await import("@/features/variables/variables-page")).VariablesPage),
          },
          {
            path: "insights",
            lazy: async () => page((await import("@/features/insights/insights-page")).InsightsPage),
          },
          {
            path: "ai-usage",
            lazy: async () => page((await import("@/features/ai-usage/usage-page")).UsagePage),
          },
          {
            path: "members",
            lazy: async () => page((await import("@/features/members/members-page")).MembersPage),
          },
          {
            path: "api-keys",
            lazy: async () => page((await import("@/features/api-keys/api-keys-page")).ApiKeysPage),
          },
          { path: "hooks", lazy: async () => page((await import("@/features/hooks/hooks-page")).HooksPage) },
          {
            path: "event-webhooks",
            lazy: async () =>
              page((await import("@/features/event-webhooks/event-webhooks-page")).EventWebhooksPage),
          },
          {
            path: "settings",
            lazy: async () => page((await import("@/features/settings/settings-page")).SettingsPage),
          },
          {
            path: "account",
            lazy: async () => page((await import("@/features/account/account-page")).AccountPage),
          },
          {
            path: "sandboxes",
            lazy: async () => page((await import("@/features/sandbox/sandbox-page")).SandboxPage),
          },
          {
            path: "system",
            lazy: async () => page((await import("@/features/system/system-page")).SystemPage),
          },
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
];

export function createAppRouter() {
  return createBrowserRouter(routes);
}

function page(Component: React.ComponentType) {
  return { Component };
}
