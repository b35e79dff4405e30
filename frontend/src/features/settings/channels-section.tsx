import { useQuery } from "@tanstack/react-query";
import { channelsQuery } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { later } from "@/shared/ui/later";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";

const ChannelsForm = later(
  async () => (await import("@/features/settings/channels-form")).ChannelsForm,
  () => true,
);

const texts = settingsTexts.channels;

/** By which connectors the organisation hears of things. */
export function ChannelsSection() {
  const connectors = useQuery(connectorListQuery);
  const channels = useQuery(channelsQuery);
  return (
    <PageSection title={texts.title} description={texts.hint}>
      <QueryView query={channels} failed={texts.loadFailed}>
        {(saved) => (
          <QueryView query={connectors} failed={texts.loadFailed}>
            {({ results }) => (
              <ChannelsForm
                saved={saved.channels}
                connectors={results.filter(({ family }) => family === "notification")}
              />
            )}
          </QueryView>
        )}
      </QueryView>
    </PageSection>
  );
}
