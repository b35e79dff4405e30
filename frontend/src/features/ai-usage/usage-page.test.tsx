import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { UsagePage } from "@/features/ai-usage/usage-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const EDITOR = { ...OWNER, permissions: [...OWNER.permissions, "ai.manage"] };
const SUMS = {
  calls: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  cost: null,
  unpriced_calls: 0,
};
const USAGE = { body: { count: 0, next: null, previous: null, results: [], totals: SUMS, groups: [] } };
const BUDGET = {
  id: "b1",
  workflow_slug: "intake",
  workflow_name: "Intake",
  period: "month",
  max_tokens: 1000,
  max_cost: 5,
  policy: "block",
  is_active: true,
  used: { tokens: 1200, cost: 1 },
};
const LISTED = { provider: "openai", model: "gpt-5*", prompt_price: 1.25, completion_price: 10 };
const PRICES = {
  body: { count: 0, next: null, previous: null, results: [], list_prices: [LISTED] },
};
const WORKFLOWS = pageOf([]);

const CALLED = { ...SUMS, calls: 2, total_tokens: 300, cost: 0.4 };
const CALL_DAY = new Date().toISOString().slice(0, 10);

function page(session = EDITOR, budgets: readonly object[] = [BUDGET]) {
  const served = serve({
    "GET /api/ai-usage/": USAGE,
    "GET /api/ai-budgets/": pageOf([...budgets]),
    "GET /api/ai-prices/": PRICES,
    "GET /api/workflows/": WORKFLOWS,
    "GET /api/connector-types/": { body: [] },
    "POST /api/ai-budgets/": { status: 201, body: BUDGET },
    "PATCH /api/ai-budgets/b1/": { body: BUDGET },
    "POST /api/ai-prices/": { status: 201, body: { ...LISTED, id: "p1" } },
  });
  return { ...served, ...renderPage(<UsagePage />, { path: "/ai-usage", session }) };
}

test("a budget is made with a limit and what happens when it is used up", async () => {
  const { user, received } = page(EDITOR, []);

  await user.click(await screen.findByRole("button", { name: "New budget" }));
  await user.click(await screen.findByRole("button", { name: "Save budget" }));
  await screen.findByText("Give a limit of tokens or of cost.");
  await user.type(screen.getByLabelText("Tokens at most"), "5000");
  await user.click(screen.getByRole("radio", { name: /cheaper model/ }));
  await user.click(screen.getByRole("button", { name: "Save budget" }));

  await expect
    .poll(() => received.find(({ method }) => method === "POST")?.body)
    .toEqual({
      workflow: "",
      period: "month",
      max_tokens: 5000,
      max_cost: null,
      policy: "downgrade",
      is_active: true,
    });
});

test("a budget shows its nearest limit and is changed where it stands", async () => {
  const { user, received } = page();

  const shown = await screen.findByRole("group", { name: "Intake" });
  within(shown).getByText(/1,200 of 1,000 tokens/);
  await user.click(within(shown).getByRole("button", { name: "Edit the budget of Intake" }));
  await user.clear(await screen.findByLabelText("Tokens at most"));
  await user.click(screen.getByRole("button", { name: "Save budget" }));

  await expect
    .poll(() => received.find(({ method }) => method === "PATCH")?.body)
    .toMatchObject({
      max_tokens: null,
      max_cost: 5,
    });
});

test("the days are drawn by model or by provider, in money or in tokens", async () => {
  const { user } = page();
  serve({
    "GET /api/ai-usage/": ({ query }) => ({
      body: {
        ...USAGE.body,
        totals: CALLED,
        groups: [{ ...CALLED, day: CALL_DAY, provider: "openai", ...modelOf(query.get("group_by")) }],
      },
    }),
    "GET /api/ai-budgets/": pageOf([]),
    "GET /api/ai-prices/": PRICES,
  });
  await user.click(await screen.findByRole("radio", { name: "7 days" }));

  const chart = within(await screen.findByRole("region", { name: "Usage over time" }));
  await chart.findByRole("img", { name: /\$0\.40, gpt-5 \$0\.40$/ });
  await user.click(chart.getByRole("radio", { name: "Tokens" }));
  await user.click(chart.getByRole("radio", { name: "Provider" }));

  await chart.findByRole("img", { name: /: 300, openai 300$/ });
  expect(chart.getAllByRole("img")).toHaveLength(8);
});

function modelOf(grouping: string | null) {
  return grouping === "day_model" ? { model: "gpt-5" } : {};
}

test("a list price becomes one's own when it is changed", async () => {
  const { user, received } = page();

  await user.click(await screen.findByRole("button", { name: "Change the price of gpt-5*" }));
  const prompt = await screen.findByLabelText("Prompt");
  await user.clear(prompt);
  await user.type(prompt, "0.5");
  await user.click(screen.getByRole("button", { name: "Save price" }));

  await expect
    .poll(() => received.find(({ method }) => method === "POST")?.body)
    .toEqual({
      ...LISTED,
      prompt_price: 0.5,
    });
});

test("who may not manage sees budgets and prices and no buttons", async () => {
  page(OWNER);

  await screen.findByRole("group", { name: "Intake" });
  await screen.findByText("gpt-5*");
  expect(screen.queryByRole("button", { name: /budget|price/i })).toBeNull();
});
