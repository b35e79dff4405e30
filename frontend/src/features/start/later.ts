import { later } from "@/shared/ui/later";

export const TemplateDialog = later(
  async () => (await import("@/features/start/template-dialog")).TemplateDialog,
  ({ opened }) => opened,
);
