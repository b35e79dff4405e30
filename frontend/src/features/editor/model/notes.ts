import { z } from "zod";
import type { Definition, Position, Positions } from "./definition";

/** A sticky note on the canvas: Markdown for people, kept below `ui`. */
export const noteSchema = z.object({
  id: z.string(),
  text: z.string().default(""),
  position: z.tuple([z.number(), z.number()]),
  size: z.tuple([z.number(), z.number()]).default([240, 160]),
  color: z.enum(["yellow", "blue", "green", "pink", "gray"]).catch("yellow").default("yellow"),
});

export type Note = z.infer<typeof noteSchema>;
export type NoteColor = Note["color"];
export const NOTE_COLORS: readonly NoteColor[] = ["yellow", "blue", "green", "pink", "gray"];

export type NoteChange =
  | { kind: "add"; note: Note }
  | { kind: "update"; id: string; fields: Partial<Omit<Note, "id">> }
  | { kind: "move"; positions: Positions }
  | { kind: "remove"; ids: readonly string[] };

/** The notes that can be read; what somebody else wrote there in another form is left alone. */
export function notesOf(definition: Definition): Note[] {
  const stored = definition.ui?.notes;
  return (Array.isArray(stored) ? stored : []).flatMap((entry) => {
    const parsed = noteSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

export function changeNotes(definition: Definition, change: NoteChange): Definition {
  const notes = notesOf(definition);
  const next = changed(notes, change);
  return next === notes ? definition : { ...definition, ui: { ...definition.ui, notes: next } };
}

function changed(notes: Note[], change: NoteChange): Note[] {
  switch (change.kind) {
    case "add":
      return [...notes, change.note];
    case "update":
      return notes.map((note) => (note.id === change.id ? { ...note, ...change.fields } : note));
    case "move":
      return Object.keys(change.positions).length === 0
        ? notes
        : notes.map((note) => ({ ...note, position: rounded(change.positions[note.id] ?? note.position) }));
    case "remove": {
      const gone = new Set(change.ids);
      return notes.some((note) => gone.has(note.id)) ? notes.filter((note) => !gone.has(note.id)) : notes;
    }
    default:
      return change satisfies never;
  }
}

function rounded([x, y]: Position): [number, number] {
  return [Math.round(x), Math.round(y)];
}

/** A note at a place, under an id that no other has. */
export function newNote(definition: Definition, position: Position): Note {
  const taken = new Set(notesOf(definition).map((note) => note.id));
  let number = taken.size + 1;
  while (taken.has(`note_${number}`)) {
    number += 1;
  }
  return { id: `note_${number}`, text: "", position: rounded(position), size: [240, 160], color: "yellow" };
}
