import type { TablerIcon } from "@tabler/icons-react";
import {
  IconArrowsSplit2,
  IconBell,
  IconBox,
  IconBraces,
  IconBrain,
  IconCheckbox,
  IconClock,
  IconCode,
  IconDatabase,
  IconFileText,
  IconFolder,
  IconForms,
  IconHourglass,
  IconLogout,
  IconMail,
  IconPlayerPlay,
  IconRepeat,
  IconRobot,
  IconSitemap,
  IconSparkles,
  IconTransform,
  IconUserCheck,
  IconWand,
  IconWebhook,
  IconWorld,
  IconWorldWww,
} from "@tabler/icons-react";

/** The icons that the catalogue may name; importing all of Tabler would triple the page. */
const ICONS: Readonly<Record<string, TablerIcon>> = {
  "arrows-split-2": IconArrowsSplit2,
  bell: IconBell,
  box: IconBox,
  braces: IconBraces,
  brain: IconBrain,
  checkbox: IconCheckbox,
  clock: IconClock,
  code: IconCode,
  database: IconDatabase,
  "file-text": IconFileText,
  folder: IconFolder,
  forms: IconForms,
  hourglass: IconHourglass,
  logout: IconLogout,
  mail: IconMail,
  "player-play": IconPlayerPlay,
  repeat: IconRepeat,
  robot: IconRobot,
  sitemap: IconSitemap,
  sparkles: IconSparkles,
  transform: IconTransform,
  "user-check": IconUserCheck,
  wand: IconWand,
  webhook: IconWebhook,
  world: IconWorld,
  "world-www": IconWorldWww,
};

type StepIconProps = { name: string; size?: number };

export function StepIcon({ name, size = 18 }: StepIconProps) {
  const Icon = ICONS[name] ?? IconBox;
  return <Icon size={size} stroke={1.8} aria-hidden />;
}
