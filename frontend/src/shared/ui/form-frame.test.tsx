import { TextInput } from "@mantine/core";
import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { renderPage } from "@/shared/testing/render-page";
import { FormError } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

function Form({ error, fieldError }: { error: Error | null; fieldError: string }) {
  const [isSent, setSent] = useState(false);
  return (
    <FormFrame
      submitLabel="Save"
      isPending={false}
      onCancel={() => undefined}
      onSubmit={(event) => {
        event.preventDefault();
        setSent(true);
      }}
    >
      <FormError error={isSent ? error : null} title="Not saved" fields={[]} />
      <TextInput label="First" error={isSent && fieldError} />
      <TextInput label="Last" />
    </FormFrame>
  );
}

test("what the server says about a form comes into view", async () => {
  const shown: Element[] = [];
  vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function note(this: Element) {
    shown.push(this);
  });
  const { user } = renderPage(<Form error={new Error("No such workflow.")} fieldError="" />);

  expect(shown).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Save" }));

  expect(shown).toEqual([screen.getByRole("alert")]);
});

test("a field that is wrong is where typing goes on", async () => {
  const { user } = renderPage(<Form error={null} fieldError="Give it a name." />);

  await user.click(screen.getByRole("textbox", { name: "Last" }));
  await user.click(screen.getByRole("button", { name: "Save" }));

  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "First" }));
});
