import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ApiError } from "@/shared/api/errors";
import { renderPage } from "@/shared/testing/render-page";
import { ErrorState } from "@/shared/ui/error-state";

test("says what happened, every problem with its cure, and tries again", async () => {
  const retry = vi.fn();
  const error = new ApiError({
    error: "Invalid",
    detail: "The document has a problem.",
    status: 400,
    problems: [
      { path: "steps[2].type", message: "Unknown type.", hint: "Did you mean “script”?", code: "x" },
    ],
  });

  const { user } = renderPage(<ErrorState title="Not imported" error={error} onRetry={retry} />);

  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Not imported");
  expect(alert.textContent).toContain("The document has a problem.");
  expect(screen.getByRole("listitem").textContent).toBe("steps[2].typeUnknown type. Did you mean “script”?");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(retry).toHaveBeenCalledOnce();
});
