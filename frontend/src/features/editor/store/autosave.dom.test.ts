import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { step, workflow } from "@/features/editor/model/testing";
import { Autosave } from "@/features/editor/store/autosave";
import type { Draft } from "@/features/editor/store/editor-state";
import { openStore } from "@/features/editor/store/testing";
import { ApiError } from "@/shared/api/errors";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const base = workflow(step("a"));
const theirs: Draft = { definition: workflow(step("theirs")), revision: 7 };

type Answer = (draft: Draft) => Promise<{ revision: number }>;

function open(answer: Answer, other: Draft = theirs) {
  const store = openStore(base);
  const sent: Draft[] = [];
  const signedOut: string[] = [];
  const autosave = new Autosave(store, {
    save: (draft) => {
      sent.push(draft);
      return answer(draft);
    },
    loadTheirs: () => Promise.resolve(other),
    onSaved: () => undefined,
    onSignedOut: () => void signedOut.push("noted"),
    delay: 800,
    retryDelay: 5000,
  });
  autosave.begin();
  const rename = (name: string) =>
    store.getState().edit({ kind: "update_step", ids: ["a"], field: "name", value: name });
  return { store, sent, signedOut, autosave, rename, status: () => store.getState().saveStatus };
}

const accept = ({ revision }: Draft) => Promise.resolve({ revision: revision + 1 });
const refuse = (status: number) => () =>
  Promise.reject(new ApiError({ error: "x", detail: "Not now.", status }));

test("saves once, a moment after the last edit", async () => {
  const { sent, rename, status } = open(accept);
  rename("one");
  await vi.advanceTimersByTimeAsync(700);
  rename("two");
  expect(status()).toBe("unsaved");

  await vi.advanceTimersByTimeAsync(800);

  expect(sent.map((draft) => draft.definition.steps[0]?.name)).toEqual(["two"]);
  expect(status()).toBe("saved");
});

test("each save carries the revision that the last one gave", async () => {
  const { sent, rename } = open(accept);
  rename("one");
  await vi.advanceTimersByTimeAsync(800);
  rename("two");
  await vi.advanceTimersByTimeAsync(800);

  expect(sent.map((draft) => draft.revision)).toEqual([1, 2]);
});

test("edits during a slow save are saved by one request after it", async () => {
  const answers: (() => void)[] = [];
  const { sent, rename } = open(
    ({ revision }) => new Promise((resolve) => answers.push(() => resolve({ revision: revision + 1 }))),
  );
  rename("one");
  await vi.advanceTimersByTimeAsync(800);
  rename("two");
  await vi.advanceTimersByTimeAsync(800);
  rename("three");
  await vi.advanceTimersByTimeAsync(800);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);

  expect(sent.map((draft) => draft.revision)).toEqual([1, 2]);
});

test("an edit during a save is saved after it", async () => {
  const answers: (() => void)[] = [];
  const { sent, rename, status } = open(
    ({ revision }) => new Promise((resolve) => answers.push(() => resolve({ revision: revision + 1 }))),
  );
  rename("one");
  await vi.advanceTimersByTimeAsync(800);
  rename("two");
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(800);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(0);

  expect(sent.map((draft) => draft.revision)).toEqual([1, 2]);
  expect(status()).toBe("saved");
});

test("undo back to what is saved needs no save", async () => {
  const { store, sent, rename, status } = open(accept);
  rename("one");
  store.getState().undo();
  await vi.advanceTimersByTimeAsync(2000);

  expect(status()).toBe("saved");
  expect(sent).toEqual([]);
});

test("without a connection it tries again until it works", async () => {
  let isOnline = false;
  const { rename, status } = open((draft) => (isOnline ? accept(draft) : refuse(0)()));
  rename("one");
  await vi.advanceTimersByTimeAsync(800);
  expect(status()).toBe("offline");

  isOnline = true;
  await vi.advanceTimersByTimeAsync(5000);

  expect(status()).toBe("saved");
});

test("a refused draft says why and is not sent again by itself", async () => {
  const { store, sent, rename, status } = open(refuse(400));
  rename("one");
  await vi.advanceTimersByTimeAsync(60_000);

  expect(status()).toBe("failed");
  expect(store.getState().saveError).toBe("Not now.");
  expect(sent.length).toBe(1);
});

test("a conflict waits for a decision and saves nothing meanwhile", async () => {
  const { store, sent, rename, status } = open(refuse(409));
  rename("one");
  await vi.advanceTimersByTimeAsync(800);
  expect(status()).toBe("conflict");

  rename("two");
  await vi.advanceTimersByTimeAsync(5000);

  expect(sent.length).toBe(1);
  expect(store.getState().theirs).toBe(theirs);
});

test("taking theirs is an edit that can be undone", async () => {
  const { store, rename, status } = open(refuse(409));
  rename("one");
  await vi.advanceTimersByTimeAsync(800);

  store.getState().takeTheirs();
  await vi.advanceTimersByTimeAsync(2000);

  expect(store.getState().history.present).toBe(theirs.definition);
  expect(status()).toBe("saved");
  store.getState().undo();
  expect(store.getState().history.present.steps[0]?.name).toBe("one");
});

/** The first save meets a newer draft on the server, later ones are taken. */
function refusedOnce(): Answer {
  let isFirst = true;
  return (draft) => {
    const answer = isFirst ? refuse(409)() : accept(draft);
    isFirst = false;
    return answer;
  };
}

test("what does not collide is joined and saved without a question", async () => {
  const added = { definition: { ...base, steps: [...base.steps, step("added")] }, revision: 7 };
  const { store, sent, rename, status } = open(refusedOnce(), added);
  rename("one");
  await vi.advanceTimersByTimeAsync(2000);

  expect(status()).toBe("saved");
  expect(sent.at(-1)?.revision).toBe(7);
  expect(sent.at(-1)?.definition.steps).toMatchObject([{ id: "a", name: "one" }, { id: "added" }]);
  expect(store.getState().theirs).toBeNull();
});

test("a joined draft is saved over their revision", async () => {
  const { store, sent, rename, status } = open(refusedOnce());
  rename("one");
  await vi.advanceTimersByTimeAsync(800);

  store.getState().takeMerged(workflow(step("a"), step("theirs")));
  await vi.advanceTimersByTimeAsync(800);

  expect(sent.at(-1)?.revision).toBe(7);
  expect(store.getState().saved.revision).toBe(8);
  expect(status()).toBe("saved");
});

test("flush saves at once and says whether it worked", async () => {
  const { autosave, rename, sent } = open(accept);
  rename("one");

  const isSaved = await autosave.flush();

  expect(isSaved).toBe(true);
  expect(sent.length).toBe(1);
});

test("a session that has ended keeps the edits, and saving works once somebody is signed in again", async () => {
  const answers: Answer[] = [refuse(401), accept];
  const { sent, signedOut, autosave, rename, status } = open((draft) => (answers.shift() ?? accept)(draft));
  rename("kept");
  await vi.advanceTimersByTimeAsync(800);

  expect([status(), signedOut]).toEqual(["failed", ["noted"]]);
  expect(await autosave.flush()).toBe(true);
  expect(sent.at(-1)?.definition.steps[0]?.name).toBe("kept");
});
