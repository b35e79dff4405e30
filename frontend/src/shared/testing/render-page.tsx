import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { createMemoryRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { createQueryClient } from "@/shared/api/query-client";
import type { Session } from "@/shared/api/schemas";
import { sessionKey } from "@/shared/session/session-query";
import { theme } from "@/shared/theme/theme";
import { Notifier } from "@/shared/ui/notifier";

type Stage = { path?: string; url?: string; session?: Session };

/** Shows a page as the app would, signed in as an owner unless told otherwise; other addresses show their path. */
export function renderPage(page: ReactNode, { path = "/", url = path, session = OWNER }: Stage = {}) {
  const client = createQueryClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  client.setQueryData(sessionKey, session);
  const router = createMemoryRouter(
    [
      { path, element: page },
      { path: "*", element: <p>Elsewhere</p> },
    ],
    { initialEntries: [url] },
  );
  const view = render(
    <QueryClientProvider client={client}>
      {/* Without style sheets: for every role that a test looks for, each rule is tried on each element. */}
      <MantineProvider theme={theme} env="test" withCssVariables={false} withGlobalClasses={false}>
        <Notifier />
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...view, router, client, user: userEvent.setup({ delay: null }) };
}

export const OWNER: Session = {
  user: { id: "u1", email: "ada@example.com", name: "Ada" },
  organization: { id: "o1", name: "Northwind", slug: "northwind" },
  role: "owner",
  permissions: [
    "workflow.view",
    "workflow.edit",
    "workflow.run",
    "job.view",
    "job.control",
    "webhook.view",
    "webhook.manage",
    "schedule.view",
    "schedule.manage",
    "form.view",
    "form.manage",
    "member.view",
    "member.manage",
    "api_key.manage",
  ],
  organizations: [{ id: "o1", name: "Northwind", slug: "northwind", role: "owner" }],
};

export const VIEWER: Session = {
  ...OWNER,
  role: "viewer",
  permissions: ["workflow.view", "job.view", "webhook.view", "member.view"],
};
