import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearchParams } from "react-router";
import { enter } from "@/features/account/enter";
import { PublicPage } from "@/features/account/public-page";
import { useSignIn } from "@/features/account/sign-in";
import { accountTexts } from "@/features/account/texts";
import { required } from "@/features/account/validation";
import { setupQuery } from "@/shared/api/setup";
import { FormError } from "@/shared/ui/form-error";

const texts = accountTexts.signIn;

export function SignInPage() {
  const [search] = useSearchParams();
  const setup = useQuery(setupQuery);
  const signIn = useSignIn();
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: { email: required, password: required },
  });
  const submit = form.onSubmit((credentials) =>
    signIn.mutate(credentials, { onSuccess: () => enter(search.get("next")) }),
  );
  if (setup.data?.needed) return <Navigate to="/setup" replace />;
  return (
    <PublicPage title={texts.title} intro={texts.intro}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <FormError error={signIn.error} title={texts.failed} fields={[]} />
          <TextInput
            label={texts.email}
            type="email"
            autoComplete="username"
            autoFocus
            required
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={texts.password}
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
          />
          <Button type="submit" size="md" loading={signIn.isPending || signIn.isSuccess}>
            {texts.submit}
          </Button>
          <Text size="xs" c="dimmed" ta="center">
            {texts.forgotten}
          </Text>
        </Stack>
      </form>
    </PublicPage>
  );
}
