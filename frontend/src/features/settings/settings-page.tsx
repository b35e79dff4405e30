import { Stack } from "@mantine/core";
import { ChannelsSection } from "@/features/settings/channels-section";
import { NoticesSection } from "@/features/settings/notices-section";
import { OrganizationSection } from "@/features/settings/organization-section";
import { RetentionSection } from "@/features/settings/retention-section";
import { settingsTexts as texts } from "@/features/settings/texts";
import { useMay } from "@/shared/session/use-session";
import { PageFrame } from "@/shared/ui/page-frame";

export function SettingsPage() {
  const isOwner = useMay("organization.manage");
  const seesConnectors = useMay("connector.view");
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Stack gap="xl">
        <OrganizationSection mayManage={isOwner} />
        <RetentionSection mayManage={isOwner} />
        {seesConnectors ? <ChannelsSection /> : null}
        {isOwner ? <NoticesSection /> : null}
      </Stack>
    </PageFrame>
  );
}
