import { workflowTexts } from "@/features/workflows/texts";
import { fetchText } from "@/shared/api/client";
import { saveFile } from "@/shared/lib/save-file";
import { notifyError } from "@/shared/ui/notify";

/** Saves a workflow as a file, in the one canonical spelling that the server writes. */
export async function exportWorkflow({ slug, format }: { slug: string; format: "yaml" | "json" }) {
  try {
    const text = await fetchText(`/api/workflows/${slug}/export/`, { query: { format } });
    saveFile({ name: `${slug}.${format}`, text });
  } catch (error) {
    notifyError({ title: workflowTexts.actions.exportFailed, error });
  }
}
