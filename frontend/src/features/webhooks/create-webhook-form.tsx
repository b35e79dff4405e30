import { MultiSelect, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useCreateWebhook } from "@/features/webhooks/create-webhook";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook, WebhookAuth } from "@/shared/api/schemas";
import { WEBHOOK_AUTHS, WEBHOOK_METHODS } from "@/shared/api/schemas";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = webhookTexts.dialog;
const FIELDS = ["workflow", "auth", "secret", "respond", "methods"] as const;
const AUTHS = WEBHOOK_AUTHS.map((value) => ({ value, label: webhookTexts.auth[value] }));
const RESPONDS = [
  { value: "immediately", label: webhookTexts.respond.immediately },
  { value: "when_finished", label: webhookTexts.respond.when_finished },
  { value: "streaming", label: webhookTexts.respond.streaming },
] as const;

type Respond = (typeof RESPONDS)[number]["value"];
type Values = {
  workflow: string | null;
  auth: WebhookAuth;
  secret: string;
  respond: Respond;
  methods: string[];
};
const START: Values = { workflow: null, auth: "hmac", secret: "", respond: "immediately", methods: ["POST"] };

type CreateWebhookFormProps = { onCancel: () => void; onMade: (webhook: Webhook) => void };

export function CreateWebhookForm({ onCancel, onMade }: CreateWebhookFormProps) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const create = useCreateWebhook();
  const form = useForm({
    initialValues: START,
    validate: {
      workflow: (value) => (value ? null : texts.missing),
      methods: (value) => (value.length ? null : texts.methodsMissing),
    },
  });
  const submit = form.onSubmit(({ workflow, secret, ...rest }) => {
    if (!workflow) return;
    create.mutate(
      { workflow, ...rest, ...(secret && rest.auth !== "none" ? { secret } : {}) },
      {
        onSuccess: onMade,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    );
  });
  const { auth, respond } = form.values;
  return (
    <FormFrame submitLabel={texts.submit} isPending={create.isPending} onSubmit={submit} onCancel={onCancel}>
      <FormError error={create.error} title={texts.failed} fields={FIELDS} />
      <Select
        label={texts.workflow}
        description={texts.workflowHint}
        placeholder={texts.choose}
        data={workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? []}
        searchable
        required
        data-autofocus
        {...form.getInputProps("workflow")}
      />
      <Select
        label={texts.auth}
        description={webhookTexts.authHint[auth]}
        data={AUTHS}
        allowDeselect={false}
        {...form.getInputProps("auth")}
      />
      {auth === "none" ? null : (
        <TextInput
          label={texts.secret}
          description={texts.secretHint}
          autoComplete="off"
          {...form.getInputProps("secret")}
        />
      )}
      <Select
        label={texts.respond}
        description={webhookTexts.respondHint[respond]}
        data={RESPONDS}
        allowDeselect={false}
        {...form.getInputProps("respond")}
      />
      <MultiSelect label={texts.methods} data={WEBHOOK_METHODS} {...form.getInputProps("methods")} />
    </FormFrame>
  );
}
