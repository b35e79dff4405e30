import { CloseButton, Group } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { IconAlertTriangle, IconShieldHalf } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import classes from "@/app/banners.module.css";
import { appTexts } from "@/app/texts";
import { systemQuery } from "@/shared/api/system";
import { HelpText } from "@/shared/ui/help-text";

/** What concerns the whole installation: no worker alive, or scripts that run without Docker's walls. */
export function Banners() {
  const { data } = useQuery(systemQuery);
  if (!data) return null;
  const isolation = data.sandbox?.isolation ?? "";
  return (
    <>
      {data.worker?.alive === 0 ? <NoWorkerBanner /> : null}
      {isolation && isolation !== "docker" ? (
        <IsolationBanner isolation={isolation} message={data.sandbox?.message ?? ""} />
      ) : null}
    </>
  );
}

function NoWorkerBanner() {
  return (
    <section className={classes.slim} data-tone="danger" role="alert">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <IconAlertTriangle size={17} aria-hidden className={classes.icon} />
        <p className={classes.text}>
          <strong>{appTexts.noWorkerTitle}.</strong> <HelpText text={appTexts.noWorkerText} />
        </p>
      </Group>
    </section>
  );
}

function IsolationBanner({ isolation, message }: { isolation: string; message: string }) {
  const [hidden, setHidden] = useSessionStorage({
    key: `stepgraph.hide-isolation.${isolation}`,
    defaultValue: false,
  });
  if (hidden) return null;
  return (
    <section className={classes.slim} aria-label={appTexts.weakIsolationTitle(isolation)}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <IconShieldHalf size={17} aria-hidden className={classes.icon} />
        <p className={classes.text}>
          <strong>{appTexts.weakIsolationTitle(isolation)}.</strong>{" "}
          <HelpText text={message || appTexts.weakIsolationText} />
        </p>
      </Group>
      <CloseButton size="sm" aria-label={appTexts.dismiss} onClick={() => setHidden(true)} />
    </section>
  );
}
