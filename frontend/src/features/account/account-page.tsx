import { SegmentedControl, Stack, useMantineColorScheme } from "@mantine/core";
import { NameForm } from "@/features/account/name-form";
import { PasswordForm } from "@/features/account/password-form";
import { accountTexts } from "@/features/account/texts";
import { useSession } from "@/shared/session/use-session";
import { PageFrame } from "@/shared/ui/page-frame";
import { PageSection } from "@/shared/ui/page-section";

const texts = accountTexts.page;
const SCHEMES = (["light", "dark", "auto"] as const).map((value) => ({ value, label: texts.schemes[value] }));

/** What a person sets for themselves. */
export function AccountPage() {
  const user = useSession()?.user;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!user) return null;
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Stack gap="xl" maw={560}>
        <PageSection title={texts.you} description={texts.youHint}>
          <NameForm user={user} />
        </PageSection>
        <PageSection title={texts.look} description={texts.lookHint}>
          <SegmentedControl
            aria-label={texts.scheme}
            data={SCHEMES}
            value={colorScheme}
            onChange={setColorScheme}
          />
        </PageSection>
        <PageSection title={texts.password} description={texts.passwordHint}>
          <PasswordForm user={user} />
        </PageSection>
      </Stack>
    </PageFrame>
  );
}
