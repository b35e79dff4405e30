import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderPage } from "@/shared/testing/render-page";
import { JsonViewer } from "@/shared/ui/json-viewer";

test("opens and closes branches by button", async () => {
  const { user } = renderPage(<JsonViewer label="Output" value={{ a: { b: { deep: "secret" } } }} />);

  expect(screen.queryByText('"secret"')).toBeNull();
  await user.click(await screen.findByRole("button", { name: /b:/, expanded: false }));

  expect(screen.getByText('"secret"')).toBeDefined();
});

test("shows a long list by the hundred", async () => {
  const { user } = renderPage(
    <JsonViewer label="Output" value={Array.from({ length: 150 }, (_, index) => index)} />,
  );

  await user.click(await screen.findByRole("button", { expanded: false }));
  expect(screen.queryByText("149")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Show 50 more of 150" }));

  expect(screen.getAllByText(/149/).length).toBeGreaterThan(0);
});

test("null and nothing are said in words", async () => {
  renderPage(<JsonViewer label="Output" value={null} empty="This step gave no value." />);

  expect(await screen.findByText("This step gave no value.")).toBeDefined();
});

test.each([
  [false, "false"],
  [0, "0"],
  ["plain text", "plain text"],
])("%j is a value, not nothing", async (value, text) => {
  renderPage(<JsonViewer label="Output" value={value} />);

  expect(await screen.findByText(text)).toBeDefined();
});
