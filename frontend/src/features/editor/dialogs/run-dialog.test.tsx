import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { RunDialog } from "@/features/editor/dialogs/run-dialog";
import { step, workflow } from "@/features/editor/model/testing";
import { renderInEditor } from "@/features/editor/store/render-editor";
import { openStore } from "@/features/editor/store/testing";

function opened(inputs?: Record<string, unknown>) {
  const store = openStore({ ...workflow(step("a")), ...(inputs ? { inputs } : {}) });
  return renderInEditor(store, <RunDialog />);
}

test("typing begins in the first field of the form", async () => {
  opened({ type: "object", properties: { region: { type: "string" }, count: { type: "integer" } } });

  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Region" })));
});

test("without a form Enter runs", async () => {
  opened();

  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Run" })));
});
