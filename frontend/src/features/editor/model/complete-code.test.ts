import { expect, test } from "vitest";
import type { ScriptLanguage } from "./complete-code";
import { completeCode } from "./complete-code";

const scope = {
  names: [
    { label: "order", detail: "Load" },
    { label: "loop", detail: "Each" },
    { label: "loop.index", detail: "Each" },
  ],
  values: { order: { id: 7, customer: { name: "Ana" } } },
};
const FILES = ["SG_CONTEXT", "SG_OUTPUT", "SG_FILES"];
const CASES: [ScriptLanguage, string, string[] | undefined][] = [
  ["python", "# it's\ntotal = or", ["order", "loop", "context"]],
  ["python", "order.customer.", ["name"]],
  ["python", "loop.", ["index"]],
  ["python", "'or", undefined],
  ["javascript", "return context.", ["order", "loop"]],
  ["javascript", "return context.order.", ["id", "customer"]],
  ["bash", "echo $", ["SG_ORDER", "SG_LOOP", ...FILES]],
  ["bash", 'echo "${SG_OR', ["SG_ORDER", "SG_LOOP", ...FILES]],
  ["bash", "order", undefined],
  ["powershell", "$con", ["Context"]],
  ["powershell", "$Context.order.customer.", ["name"]],
  ["powershell", "order", undefined],
];

test.each(CASES)("%s: %s", (language, before, labels) => {
  expect(completeCode(before, language, scope)?.offers.map(({ label }) => label)).toEqual(labels);
});
