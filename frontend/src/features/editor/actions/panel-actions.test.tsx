import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { useShortcuts } from "@/features/editor/actions/use-actions";
import { step, workflow } from "@/features/editor/model/testing";
import { SidePanel } from "@/features/editor/panel/side-panel";
import { renderInEditor } from "@/features/editor/store/render-editor";
import { openStore } from "@/features/editor/store/testing";
import { pageOf, serve } from "@/shared/testing/fake-server";

function Screen() {
  useShortcuts();
  return (
    <>
      <button type="button">Where it began</button>
      <SidePanel />
    </>
  );
}

function opened() {
  serve({ "GET /api/jobs/": pageOf([]), "GET /api/expressions/": { body: { entries: [], names: [] } } });
  const store = openStore(workflow(step("fetch", { type: "group", name: "Fetch" })));
  store.getState().select({ steps: ["fetch"] });
  return renderInEditor(store, <Screen />);
}

test("F2 renames the chosen step, and the letters of its name are no shortcuts meanwhile", async () => {
  const { store, user } = opened();
  store.getState().setPanelTab("output");

  const before = screen.getByRole("button", { name: "Where it began" });
  before.focus();
  await user.keyboard("{F2}Load data?");
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Name" }));
  await user.keyboard("{Enter}");

  const [renamed] = store.getState().history.present.steps;
  expect([renamed?.name, renamed?.enabled, store.getState().dialog]).toEqual(["Load data?", undefined, null]);
  expect(document.activeElement).toBe(before);
});

test.each([
  ["i", "input"],
  ["o", "output"],
  ["l", "log"],
])("%s shows the step's %s, where the panel is closed, too", async (key, tab) => {
  const { store, user } = opened();
  store.getState().setView({ panel: "closed" });

  await user.keyboard(key);

  expect([store.getState().panelTab, store.getState().panel]).toEqual([tab, "auto"]);
});

test("P takes a pinned output away again", async () => {
  const { store, user } = opened();
  store.getState().edit({ kind: "update_step", ids: ["fetch"], field: "pinned_output", value: 1 });

  await user.keyboard("p");
  expect(store.getState().history.present.steps[0]?.pinned_output).toBeUndefined();

  await user.keyboard("p"); // nothing has run: there is nothing to pin
  expect(store.getState().history.present.steps[0]?.pinned_output).toBeUndefined();
});
