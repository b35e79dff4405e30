import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { ConfigFieldInput } from "@/features/connectors/config-field";
import type { ConfigValues } from "@/features/connectors/config-model";
import { configFields, configOf, startValues } from "@/features/connectors/config-model";
import { useSaveConnector, useTestConnector } from "@/features/connectors/connector-mutations";
import { connectorTexts } from "@/features/connectors/texts";
import type { Connector, ConnectorType, TestResult } from "@/shared/api/connector-queries";
import { isJson } from "@/shared/lib/json";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { SentForm } from "@/shared/ui/sent-form";
import { uiTexts } from "@/shared/ui/texts";

const texts = connectorTexts.form;

type ConnectorFormProps = {
  type: ConnectorType;
  connector: Connector | null;
  onCancel: () => void;
  onSaved: (connector: Connector) => void;
};

/** The settings of one connector, generated from its type's schema, with a try before saving. */
export function ConnectorForm({ type, connector, onCancel, onSaved }: ConnectorFormProps) {
  const fields = configFields(type.config_schema);
  const paths = ["name", "slug", ...fields.map(({ name }) => `config.${name}`)];
  const save = useSaveConnector(connector);
  const test = useTestConnector();
  const config: ConfigValues = startValues({ fields, schema: type.config_schema, connector });
  const badJson = (values: ConfigValues) =>
    fields.some(({ name, kind }) => kind === "json" && values[name] && !isJson(String(values[name])));
  const form = useForm({
    initialValues: { name: connector?.name ?? "", slug: connector?.slug ?? "", config },
    validate: {
      name: (value) => (value.trim() ? null : texts.missing),
      config: (values) => (badJson(values) ? texts.badJson : null),
    },
  });
  const settings = () => configOf({ fields, values: form.values.config });
  const showErrors = (error: unknown) => form.setErrors(fieldErrors({ error, fields: paths }));
  const submit = form.onSubmit(({ name, slug }) =>
    save.mutate(
      { name: name.trim(), slug: slug.trim() || undefined, type: type.type, config: settings() },
      { onSuccess: onSaved, onError: showErrors },
    ),
  );
  const tryIt = () => {
    if (badJson(form.values.config)) {
      form.setErrors({ config: texts.badJson });
      return;
    }
    test.mutate(
      { type: type.type, config: settings(), connector: connector?.slug ?? "" },
      { onError: showErrors },
    );
  };
  return (
    <SentForm isPending={save.isPending} onSubmit={submit}>
      <Stack>
        <FormError error={save.error ?? test.error} title={texts.failed} fields={paths} />
        {form.errors.config ? <Alert color="red" role="alert" title={form.errors.config} /> : null}
        <TextInput label={texts.name} required data-autofocus {...form.getInputProps("name")} />
        <TextInput label={texts.slug} description={texts.slugHint} {...form.getInputProps("slug")} />
        {fields.map((field) => (
          <ConfigFieldInput
            key={field.name}
            field={field}
            value={form.values.config[field.name] ?? ""}
            error={asText(form.errors[`config.${field.name}`])}
            hint={connector?.secrets[field.name]?.hint}
            onChange={(value) => form.setFieldValue(`config.${field.name}`, value)}
          />
        ))}
        {test.data ? <Tested result={test.data} /> : null}
        <Group justify="space-between" gap="sm">
          <Button variant="default" onClick={tryIt} loading={test.isPending}>
            {texts.test}
          </Button>
          <Group gap="sm">
            <Button variant="default" onClick={onCancel}>
              {uiTexts.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {connector ? texts.save : texts.create}
            </Button>
          </Group>
        </Group>
      </Stack>
    </SentForm>
  );
}

function asText(error: unknown): string | undefined {
  return typeof error === "string" ? error : undefined;
}

export function Tested({ result }: { result: TestResult }) {
  return (
    <Alert color={result.ok ? "green" : "red"} title={result.ok ? texts.works : texts.fails} role="status">
      {result.message} {result.hint}
    </Alert>
  );
}
