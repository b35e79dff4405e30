import { describe, expect, test } from "vitest";
import { step, workflow } from "@/features/editor/model/testing";
import { createEditorStore } from "@/features/editor/store/editor-store";
import { selectIsPanelShown } from "@/features/editor/store/selectors";
import { openStore } from "@/features/editor/store/testing";
import type { JobEvent } from "@/shared/api/schemas";
import { jobSchema } from "@/shared/api/schemas";

const pair = workflow(step("a"), step("b", { after: ["a"] }));

function job(steps: unknown[] = [], status = "RUNNING") {
  return jobSchema.parse({
    id: "j1",
    workflow: "w1",
    status,
    triggered_by: "WEBHOOK",
    created_at: "2026-01-01T00:00:00Z",
    steps,
  });
}

describe("editing", () => {
  test("one edit is one undo entry", () => {
    const store = openStore(pair);
    store.getState().edit({ kind: "remove_steps", ids: ["a"] });
    store.getState().undo();

    expect(store.getState().history.present.steps).toEqual(pair.steps);
    store.getState().redo();
    expect(store.getState().history.present.steps).toEqual([step("b")]);
  });

  test("what is gone is not selected any more", () => {
    const store = openStore(pair);
    store.getState().select({ steps: ["a", "b"], edges: ["a.next->b"] });

    store.getState().edit({ kind: "remove_steps", ids: ["a"] });

    expect(store.getState().selection).toEqual({ steps: ["b"], edges: [] });
  });

  test("somebody who may only look changes nothing", () => {
    const store = openStore(pair);
    store.getState().setView({ canEdit: false });

    store.getState().edit({ kind: "remove_steps", ids: ["a"] });

    expect(store.getState().history.present.steps).toEqual(pair.steps);
  });

  test("a document without places gets them without an edit", () => {
    const store = createEditorStore({
      workflow: { id: "w1", slug: "w", isActive: true, publishedVersion: null, status: "draft" },
      definition: pair,
      revision: 1,
      catalogue: new Map(),
    });

    const { history, saved } = store.getState();
    expect(Object.keys(history.present.ui?.positions ?? {})).toEqual(["a", "b"]);
    expect(history.present).toBe(saved.definition);
    expect(history.past).toEqual([]);
  });
});

describe("a shown job", () => {
  const event = (fields: Partial<JobEvent> & { type: string }): JobEvent => ({ job: "j1", ...fields });

  test("follows its events", () => {
    const store = openStore(pair);
    store.getState().showJob(job());
    store.getState().receiveEvent(event({ type: "step.started", step: "a", path: "a" }));
    expect(store.getState().overlays.a?.status).toBe("running");

    store.getState().receiveEvent(event({ type: "step.completed", step: "a", path: "a" }));
    store.getState().receiveEvent(event({ type: "job.completed", status: "SUCCESS" }));

    expect(store.getState().overlays.a?.status).toBe("success");
    expect(store.getState().job?.status).toBe("SUCCESS");
  });

  test("sums up iterations", () => {
    const store = openStore(pair);
    store.getState().showJob(job());
    for (const [index, type] of ["step.completed", "step.failed", "step.completed"].entries()) {
      store.getState().receiveEvent(event({ type, step: "b", path: `a[${index}].b`, error: "No" }));
    }

    expect(store.getState().overlays.b).toMatchObject({
      status: "failed",
      count: 3,
      failed: 1,
      message: "No",
      ports: { next: 2, error: 1, done: 3 },
    });
  });

  test("a late snapshot does not wake what has ended", () => {
    const store = openStore(pair);
    store.getState().showJob(job());
    store.getState().receiveEvent(event({ type: "step.completed", step: "a", path: "a" }));

    store.getState().receiveJob(job([{ id: "a", path: "a", type: "script", status: "running" }]));

    expect(store.getState().overlays.a?.status).toBe("success");
  });

  test("a snapshot brings outputs, logs and ports", () => {
    const store = openStore(pair);
    store
      .getState()
      .showJob(
        job([
          { id: "a", path: "a", type: "condition", status: "success", output: 5, log: "hi", port: "true" },
        ]),
      );

    expect(store.getState().runs.a).toMatchObject({ output: 5, log: "hi" });
    expect(store.getState().overlays.a?.ports).toEqual({ next: 1, done: 1, true: 1 });
  });

  test("a snapshot of another job is not taken", () => {
    const store = openStore(pair);
    store.getState().showJob(job());

    store
      .getState()
      .receiveJob({ ...job([{ id: "a", path: "a", type: "x", status: "failed" }]), id: "other" });

    expect(store.getState().overlays).toEqual({});
  });

  test("goes away as a whole", () => {
    const store = openStore(pair);
    store.getState().showJob(job([{ id: "a", path: "a", type: "x", status: "failed" }]));

    store.getState().showJob(null);

    expect(store.getState()).toMatchObject({ job: null, runs: {}, overlays: {} });
  });
});

describe("the panel", () => {
  const isShown = (store: ReturnType<typeof openStore>) => selectIsPanelShown(store.getState());

  test("leaves the room to the canvas until one thing is selected", () => {
    const store = openStore(pair);
    expect(isShown(store)).toBe(false);

    store.getState().select({ steps: ["a"] });
    expect(isShown(store)).toBe(true);

    store.getState().select({ steps: ["a", "b"] });
    expect(isShown(store)).toBe(false);
  });

  test("does not open under a box that is being drawn", () => {
    const store = openStore(pair);
    store.getState().setView({ isBoxSelecting: true });

    store.getState().select({ steps: ["a"] });

    expect(isShown(store)).toBe(false);
  });

  test("stays open or closed when somebody has said so", () => {
    const store = openStore(pair);
    store.getState().setView({ panel: "open" });
    expect(isShown(store)).toBe(true);

    store.getState().setView({ panel: "closed" });
    store.getState().select({ steps: ["a"] });

    expect(isShown(store)).toBe(false);
  });

  test("shows the triggers when one is selected", () => {
    const store = openStore(pair);

    store.getState().select({ steps: ["trigger:webhook-1"] });

    expect(store.getState().workflowTab).toBe("triggers");
  });
});
