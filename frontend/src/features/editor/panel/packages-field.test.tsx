import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { PackagesField } from "@/features/editor/panel/packages-field";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const SET = { id: "p1", language: "python", state: "building", log: "Collecting pandas" };
const changes: unknown[] = [];
const FIELD = {
  path: "config.packages",
  label: "Packages",
  help: "",
  schema: {},
  root: {},
  isRequired: false,
  isDisabled: false,
  error: "",
  onChange: (value: unknown) => void changes.push(value),
  errorAt: () => "",
};

test("names are added one by one", async () => {
  serve({ "GET /api/sandbox/packages/": pageOf([]) });
  const { user } = renderPage(<PackagesField {...FIELD} language="python" value={["pandas"]} />);

  await user.type(screen.getByRole("combobox", { name: "Packages" }), "numpy{Enter}");

  expect(changes).toEqual([["pandas", "numpy"]]);
  expect(await screen.findByText(/installed by the first run/)).toBeDefined();
});

test("the state and the log of the same wishes are shown, however they are spelled", async () => {
  serve({ "GET /api/sandbox/packages/": pageOf([{ ...SET, packages: ["numpy>=2", "typing-extensions"] }]) });
  renderPage(<PackagesField {...FIELD} language="python" value={["Typing_Extensions", "numpy >= 2"]} />);

  expect(await screen.findByText("Installing")).toBeDefined();
  expect(screen.getByRole("region", { name: "Installation log" }).textContent).toContain("Collecting pandas");
});

test("a tag of npm that is not named is the latest", async () => {
  const set = { ...SET, language: "javascript", state: "ready", packages: ["@scope/a@latest", "lodash@^4"] };
  serve({ "GET /api/sandbox/packages/": pageOf([set]) });
  renderPage(<PackagesField {...FIELD} language="javascript" value={["lodash@^4", "@scope/a"]} />);

  expect(await screen.findByText("Installed")).toBeDefined();
});

test("other languages have no packages", async () => {
  serve({ "GET /api/sandbox/packages/": pageOf([]) });
  renderPage(<PackagesField {...FIELD} language="bash" value={["jq"]} />);

  expect(await screen.findByText(/Only Python and JavaScript/)).toBeDefined();
});
