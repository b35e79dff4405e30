import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { PublishDialog } from "@/features/editor/dialogs/publish-dialog";
import { step, workflow } from "@/features/editor/model/testing";
import { renderInEditor } from "@/features/editor/store/render-editor";
import { openStore } from "@/features/editor/store/testing";
import { useWebhooks } from "@/features/editor/store/use-server-side";
import { pageOf, serve } from "@/shared/testing/fake-server";

function Screen() {
  useWebhooks();
  return <PublishDialog />;
}

test("publishing brings the addresses that it has given to webhooks", async () => {
  const live: unknown[] = [];
  serve({
    "GET /api/webhooks/": () => pageOf(live),
    "POST /api/workflows/w1/publish/": () => {
      live.push({ id: "h1", workflow: "w1", trigger_id: "webhook", url: "/hooks/new/" });
      return { body: { version: 1, checksum: "c" } };
    },
  });
  const { store, user } = renderInEditor(openStore(workflow(step("a"))), <Screen />);

  await user.click(screen.getByRole("button", { name: "Publish" }));

  await expect.poll(() => store.getState().webhooks.map(({ url }) => url)).toEqual(["/hooks/new/"]);
});
