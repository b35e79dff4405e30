import { expect, test } from "vitest";
import { envelopeOf } from "@/features/workflows/import-workflow";

test("JSON goes as a document, also with tabs that YAML refuses", () => {
  expect(envelopeOf('{\n\t"name": "A"\n}')).toEqual({ definition: { name: "A" } });
});

test("anything else goes as YAML for the server to read", () => {
  expect(envelopeOf("name: A\nsteps: []\n")).toEqual({ yaml: "name: A\nsteps: []\n" });
});
