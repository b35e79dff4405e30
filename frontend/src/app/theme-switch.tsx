import { ActionIcon, SegmentedControl, Tooltip, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { appTexts } from "@/app/texts";

const SCHEMES = [
  { value: "light", icon: IconSun, next: "dark" },
  { value: "dark", icon: IconMoon, next: "auto" },
  { value: "auto", icon: IconDeviceDesktop, next: "light" },
] as const;

type Scheme = (typeof SCHEMES)[number]["value"];

type ThemeSwitchProps = { compact: boolean };

/** Light, dark, or as the system is; the narrow form walks through the three. */
export function ThemeSwitch({ compact }: ThemeSwitchProps) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (compact) return <ThemeButton scheme={colorScheme} onChange={setColorScheme} />;
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={appTexts.theme}
      value={colorScheme}
      onChange={setColorScheme}
      data={SCHEMES.map(({ value, icon: Icon }) => ({
        value,
        label: (
          <span title={appTexts.themes[value]} style={{ display: "grid", placeItems: "center", height: 18 }}>
            <Icon size={15} aria-hidden />
            <VisuallyHidden>{appTexts.themes[value]}</VisuallyHidden>
          </span>
        ),
      }))}
    />
  );
}

function ThemeButton({ scheme, onChange }: { scheme: Scheme; onChange: (scheme: Scheme) => void }) {
  const current = SCHEMES.find(({ value }) => value === scheme) ?? SCHEMES[2];
  const label = `${appTexts.theme}: ${appTexts.themes[current.value]}`;
  return (
    <Tooltip label={label} position="right">
      <ActionIcon size={38} aria-label={label} onClick={() => onChange(current.next)}>
        <current.icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
