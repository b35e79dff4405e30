import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";
import { ListField } from "@/features/editor/panel/list-field";
import { renderPage } from "@/shared/testing/render-page";

const CASE = {
  properties: { name: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" }, equals: { type: "string" } },
};

function Cases({ onChange }: { onChange: (value: unknown) => void }) {
  const [value, setValue] = useState<unknown>([{ name: "hot" }]);
  const change = (next: unknown) => {
    setValue(next);
    onChange(next);
  };
  return (
    <ListField
      path="config.cases"
      label="Cases"
      help=""
      schema={{}}
      language=""
      root={{}}
      items={CASE}
      isRequired={false}
      isDisabled={false}
      error=""
      errorAt={() => ""}
      value={value}
      onChange={change}
    />
  );
}

test("the name of a case counts when the field is left, and one that does not fit says so in plain words", async () => {
  const changes: unknown[] = [];
  const { user } = renderPage(<Cases onChange={(value) => changes.push(value)} />);
  const name = () => screen.getByRole("textbox", { name: "Name" });

  await user.clear(name());
  await user.type(name(), "very hot");
  await user.tab();
  expect(screen.getByText("Use letters, digits and _, beginning with a letter.")).toBeTruthy();
  expect(changes).toEqual([]);

  await user.clear(name());
  await user.type(name(), "scorching{Enter}");
  expect(changes).toEqual([[{ name: "scorching" }]]);
});
