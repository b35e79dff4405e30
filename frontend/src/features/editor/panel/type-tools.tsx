import { Alert, Text } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import type { Step } from "@/features/editor/model/definition";
import { CurlTools } from "@/features/editor/panel/curl-tools";
import { SqlTools } from "@/features/editor/panel/sql-tools";
import { stepTexts } from "@/features/editor/panel/texts";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition } from "@/features/editor/store/selectors";

/** What only one type of step has besides its form. */
export function TypeTools({ step }: { step: Step }) {
  switch (step.type) {
    case "api":
      return <CurlTools step={step} />;
    case "database":
      return <SqlTools step={step} />;
    case "script":
      return <OwnContainer step={step} />;
    default:
      return null;
  }
}

/** Some scripts never share the job's container, whatever the workflow says. */
function OwnContainer({ step }: { step: Step }) {
  const { settings } = useEditor(selectDefinition);
  const { network, image, language } = step.config ?? {};
  const reasons = [
    network === true && stepTexts.container.network,
    typeof image === "string" && image !== "" && stepTexts.container.image,
    language === "powershell" && stepTexts.container.powershell,
  ].filter((reason) => reason !== false);
  if (reasons.length === 0 || settings?.sandbox === "step") {
    return null;
  }
  return (
    <Alert color="gray" p="xs" icon={<IconBox size={16} aria-hidden />}>
      <Text size="xs">{stepTexts.container.own(reasons)}</Text>
    </Alert>
  );
}
