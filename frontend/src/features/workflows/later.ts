import { later } from "@/shared/ui/later";

export const LabelsDialog = later(
  async () => (await import("@/features/workflows/labels-dialog")).LabelsDialog,
  ({ opened }) => opened,
);
