import { describe, expect, it } from "vitest";
import { showStep } from "@/features/editor/actions/show-step";
import { collapsedIds, hiddenSteps } from "@/features/editor/model/collapse";
import { step, workflow } from "@/features/editor/model/testing";
import { openStore } from "@/features/editor/store/testing";

const nested = workflow(
  step("orders", { type: "loop" }),
  step("lines", { type: "loop", parent: "orders" }),
  step("price", { parent: "lines" }),
  step("other", { type: "group" }),
  step("inside", { parent: "other" }),
);

function opened() {
  const store = openStore(nested);
  store.getState().edit({ kind: "collapse", ids: ["orders", "lines", "other"], collapsed: true });
  return store;
}

describe("a step that is looked for by its name", () => {
  it("opens the containers that it lies in, and no others", () => {
    const store = opened();

    showStep(store.getState(), { id: "price", tab: "settings" });

    const { history, selection, revealed } = store.getState();
    expect([...collapsedIds(history.present)]).toEqual(["other"]);
    expect(hiddenSteps(history.present).has("price")).toBe(false);
    expect(selection.steps).toEqual(["price"]);
    expect(revealed).toEqual({ id: "price" });
  });

  it("changes nothing for a step that is in sight", () => {
    const store = opened();
    const before = store.getState().history.present;

    showStep(store.getState(), { id: "orders", tab: "settings" });

    expect(store.getState().history.present).toBe(before);
  });

  it("changes nothing for somebody who may only look", () => {
    const store = opened();
    store.getState().setView({ canEdit: false });

    showStep(store.getState(), { id: "price", tab: "settings" });

    expect(collapsedIds(store.getState().history.present).has("orders")).toBe(true);
    expect(store.getState().selection.steps).toEqual(["price"]);
  });
});
