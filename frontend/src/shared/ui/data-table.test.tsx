import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";
import { renderPage } from "@/shared/testing/render-page";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { TextLink } from "@/shared/ui/text-link";

type Row = { id: string };

const COLUMNS: readonly Column<Row>[] = [
  { key: "name", title: "Name", cell: ({ id }) => <TextLink to={`/jobs/${id}`}>Job {id}</TextLink> },
  { key: "status", title: "Status", cell: () => "Succeeded" },
  { key: "actions", title: "", cell: () => <button type="button">Cancel</button> },
];

function Page() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choice = { chosen, onChange: setChosen, label: () => "Choose it", labelOfAll: "Choose all" };
  return (
    <DataTable
      label="Jobs"
      rows={[{ id: "7" }]}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      choice={choice}
      opens
    />
  );
}

test("a click in a row opens what its link opens, and leaves the row's own controls alone", async () => {
  const { user, router } = renderPage(<Page />, { path: "/jobs" });
  const place = () => router.state.location.pathname;

  await user.click(await screen.findByRole("checkbox", { name: "Choose it" }));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(place()).toBe("/jobs");

  await user.click(screen.getByText("Succeeded"));
  expect(place()).toBe("/jobs/7");
});
