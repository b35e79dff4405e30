import { Select, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Endpoint, EndpointValues } from "@/features/event-webhooks/endpoint-queries";
import { useSaveEndpoint } from "@/features/event-webhooks/endpoint-queries";
import { eventWebhookTexts } from "@/features/event-webhooks/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = eventWebhookTexts.form;
const FIELDS = ["url", "events", "workflow"] as const;

/** What is asked for most; others, and patterns, can be written. */
const EVENTS = [
  "job.*",
  "job.started",
  "job.completed",
  "job.failed",
  "job.timed_out",
  "job.cancelled",
  "job.waiting",
  "step.*",
  "step.failed",
  "alert.raised",
];

type EndpointFormProps = {
  endpoint: Endpoint | null;
  onClose: () => void;
  onMade: (endpoint: Endpoint) => void;
};

export function EndpointForm({ endpoint, onClose, onMade }: EndpointFormProps) {
  const save = useSaveEndpoint(endpoint);
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const form = useForm<Omit<EndpointValues, "workflow"> & { workflow: string }>({
    initialValues: {
      url: endpoint?.url ?? "",
      events: endpoint?.events ?? ["job.*"],
      workflow: endpoint?.workflow ?? "",
    },
    validate: {
      url: (url) => (/^https?:\/\/\S/.test(url.trim()) ? null : texts.urlMissing),
      events: (events) => (events.length > 0 ? null : texts.eventsMissing),
    },
  });
  const submit = form.onSubmit(({ url, events, workflow }) =>
    save.mutate(
      { url: url.trim(), events, workflow: workflow || null },
      {
        onSuccess: onMade,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  const known = (workflows.data?.results ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.url}
        description={texts.urlHint}
        placeholder="https://"
        required
        data-autofocus
        {...form.getInputProps("url")}
      />
      <TagsInput
        label={texts.events}
        description={texts.eventsHint}
        data={EVENTS}
        {...form.getInputProps("events")}
      />
      <Select
        label={texts.workflow}
        data={[{ value: "", label: eventWebhookTexts.everywhere }, ...known]}
        disabled={endpoint !== null}
        searchable
        allowDeselect={false}
        {...form.getInputProps("workflow")}
      />
    </FormFrame>
  );
}
