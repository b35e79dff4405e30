import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { workflow } from "@/features/editor/model/testing";
import { TriggersTab } from "@/features/editor/panel/triggers-tab";
import { renderInEditor } from "@/features/editor/store/render-editor";
import { openStore } from "@/features/editor/store/testing";
import { webhookSchema } from "@/shared/api/schemas";
import { serve } from "@/shared/testing/fake-server";

const ROW = {
  id: "h1",
  workflow: "w1",
  url: "/hooks/live/",
  methods: ["POST"],
  auth: "hmac",
  has_secret: true,
};
const TRIGGERS = [
  { id: "webhook", type: "webhook", methods: ["POST"], auth: "hmac" },
  { id: "webhook_2", type: "webhook", methods: ["POST"], auth: "hmac" },
];

function opened(...rows: Record<string, unknown>[]) {
  const store = openStore({ ...workflow(), triggers: TRIGGERS });
  store.getState().setView({ webhooks: rows.map((row) => webhookSchema.parse({ ...ROW, ...row })) });
  return renderInEditor(store, <TriggersTab />);
}

test("a live webhook keeps its card, with its address; another one has none yet", async () => {
  const { store, user } = opened({ trigger_id: "webhook" });

  const live = screen.getByRole("region", { name: "Webhook webhook" });
  const fresh = screen.getByRole("region", { name: "Webhook webhook_2" });
  expect(within(live).getByText(/\/hooks\/live\/$/)).toBeTruthy();
  expect(within(live).getByRole("combobox", { name: "Answer" })).toBeTruthy();
  expect(within(fresh).getByText(/address with the next publishing/)).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Webhook" })).toBeNull();

  await user.click(within(live).getByRole("button", { name: "Remove trigger webhook" }));
  expect(store.getState().history.present.triggers?.map(({ id }) => id)).toEqual(["webhook_2"]);
  expect(
    within(screen.getByRole("region", { name: "Webhook" })).getByText(/until the next publishing/),
  ).toBeTruthy();
});

test("webhooks made by hand are beside those of the document", () => {
  opened({ id: "h2", url: "/hooks/by-hand/" });

  const other = screen.getByRole("region", { name: "Webhook" });
  expect(within(other).getByText(/\/hooks\/by-hand\/$/)).toBeTruthy();
  expect(screen.getAllByRole("region")).toHaveLength(3);
});

test("a secret that publishing has made is replaced by one that is shown", async () => {
  serve({ "POST /api/webhooks/h1/rotate/": { body: { ...ROW, secret: "fresh-secret" } } });
  const { user } = opened({ trigger_id: "webhook" });

  await user.click(screen.getByRole("button", { name: "Show a new secret" }));
  await user.click(await screen.findByRole("button", { name: "Make a new secret" }));

  expect(await screen.findByText("fresh-secret")).toBeTruthy();
});

test("a schedule can be given the input of its jobs; what is no object is not taken", async () => {
  const store = openStore({
    ...workflow(),
    triggers: [{ id: "nightly", type: "schedule", cron: "0 2 * * *" }],
  });
  const { user } = renderInEditor(store, <TriggersTab />);
  const context = () => store.getState().history.present.triggers?.[0]?.context;
  const field = screen.getByRole("textbox", { name: "Input" });

  await user.click(field);
  await user.paste('{"region": "eu"}');
  expect(context()).toEqual({ region: "eu" });

  await user.type(field, "x");
  expect(screen.getByText(/not a JSON object/)).toBeTruthy();
  expect(context()).toEqual({ region: "eu" });

  await user.clear(field);
  expect(context()).toBeUndefined();
});
