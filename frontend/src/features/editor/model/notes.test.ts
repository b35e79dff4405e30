import { describe, expect, test } from "vitest";
import { newNote, notesOf } from "./notes";
import { apply } from "./operations";
import { step, workflow } from "./testing";

const withNote = apply(workflow(step("a")), {
  kind: "notes",
  change: { kind: "add", note: newNote(workflow(), [10.6, 20]) },
});

describe("notes", () => {
  test("lie below `ui`, at whole numbers", () => {
    expect(withNote.ui?.notes).toEqual([
      { id: "note_1", text: "", position: [11, 20], size: [240, 160], color: "yellow" },
    ]);
  });

  test("are changed, moved and removed by their id", () => {
    const written = apply(withNote, {
      kind: "notes",
      change: { kind: "update", id: "note_1", fields: { text: "# Why" } },
    });
    const moved = apply(written, { kind: "notes", change: { kind: "move", positions: { note_1: [5, 6] } } });
    const gone = apply(moved, { kind: "notes", change: { kind: "remove", ids: ["note_1"] } });

    expect(notesOf(moved)[0]).toMatchObject({ text: "# Why", position: [5, 6] });
    expect(notesOf(gone)).toEqual([]);
  });

  test("a new one takes an id that is free", () => {
    expect(newNote(withNote, [0, 0]).id).toBe("note_2");
  });

  test("moving or removing nothing is no edit", () => {
    expect(apply(withNote, { kind: "notes", change: { kind: "move", positions: {} } })).toBe(withNote);
    expect(apply(withNote, { kind: "notes", change: { kind: "remove", ids: ["x"] } })).toBe(withNote);
  });

  test("what cannot be read is left out and does no harm", () => {
    const strange = { ...workflow(), ui: { notes: ["text", { id: "n", position: [1, 2] }] } };

    expect(notesOf(strange).map((note) => note.id)).toEqual(["n"]);
  });
});
