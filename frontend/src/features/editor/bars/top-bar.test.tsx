import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { TopBar } from "@/features/editor/bars/top-bar";
import { step, workflow } from "@/features/editor/model/testing";
import { renderInEditor } from "@/features/editor/store/render-editor";
import { openStore } from "@/features/editor/store/testing";

function opened(canRun: boolean) {
  const store = openStore(workflow(step("a")));
  store.getState().setView({ canRun });
  return renderInEditor(store, <TopBar />);
}

test("who may not run workflows has a Run button that does nothing and says why", async () => {
  const { store, user } = opened(false);
  const run = screen.getByRole("button", { name: "Run" });

  await user.hover(run);
  expect(await screen.findByText(/Your role does not allow running/)).toBeTruthy();
  await user.click(run);

  expect(run.getAttribute("aria-disabled")).toBe("true");
  expect(store.getState().dialog).toBeNull();
});

test("who may run them is asked for the input", async () => {
  const { store, user } = opened(true);

  await user.click(screen.getByRole("button", { name: "Run" }));

  expect(store.getState().dialog).toBe("run");
});
