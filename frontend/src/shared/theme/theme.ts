import type { CSSVariablesResolver, MantineColorsTuple } from "@mantine/core";
import { createTheme } from "@mantine/core";

/** Petrol: the one colour of the product. Green, red, yellow and blue stay free for what a status means. */
const petrol: MantineColorsTuple = [
  "#e8f8fa",
  "#d0eef2",
  "#a3dde5",
  "#6fc8d4",
  "#3fb1c1",
  "#1f99ab",
  "#0e7f91",
  "#0b6b7a",
  "#085563",
  "#063f4a",
];

/** Cool greys; 6 and darker pass 4.5:1 as text on white. */
const gray: MantineColorsTuple = [
  "#f7f9fa",
  "#eff3f5",
  "#e3e9ec",
  "#d3dbdf",
  "#b6c2c8",
  "#8b9aa2",
  "#5a6a73",
  "#43525a",
  "#2c3940",
  "#182228",
];

/** Blue-black surfaces of the dark scheme; 0 to 2 are text, 6 to 9 are surfaces. */
const dark: MantineColorsTuple = [
  "#dbe4e8",
  "#bccad0",
  "#97a8b0",
  "#66777f",
  "#3a4950",
  "#2b383f",
  "#1f2a30",
  "#161f24",
  "#11181c",
  "#0b1114",
];

const FONT = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
const MONOSPACE = 'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, monospace';

const CLOSE = { "aria-label": "Close" } as const;
const CLEAR = { "aria-label": "Clear" } as const;

export const theme = createTheme({
  colors: { petrol, gray, dark },
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  white: "#ffffff",
  black: "#182228",
  fontFamily: FONT,
  fontFamilyMonospace: MONOSPACE,
  fontSizes: { xs: "12px", sm: "14px", md: "15px", lg: "17px", xl: "20px" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "24px", lineHeight: "1.3" },
      h2: { fontSize: "18px", lineHeight: "1.35" },
      h3: { fontSize: "15px", lineHeight: "1.4" },
    },
  },
  // Plain objects: `Select.extend` and the like would load every one of them with the first page.
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Drawer: { defaultProps: { closeButtonProps: CLOSE } },
    FileInput: { defaultProps: { clearButtonProps: CLEAR } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, closeButtonProps: CLOSE },
    },
    MultiSelect: { defaultProps: { clearButtonProps: CLEAR } },
    Notification: { defaultProps: { closeButtonProps: CLOSE } },
    // Opened by a click, an arrow key or a letter, not by the dialog that gives it the focus.
    Select: { defaultProps: { clearButtonProps: CLEAR, openOnFocus: false } },
    Paper: { defaultProps: { withBorder: true } },
    Table: { defaultProps: { verticalSpacing: "sm", horizontalSpacing: "md" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

/** Tokens for our own style sheets, one place for both schemes: `--sg-…`. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    "--sg-header-height": "52px",
    "--sg-page-padding": "24px",
  },
  light: {
    "--sg-surface": "#ffffff",
    "--sg-surface-sunken": gray[0],
    "--sg-surface-raised": "#ffffff",
    "--sg-border": gray[2],
    "--sg-border-strong": gray[4],
    "--sg-text": "#182228",
    "--sg-text-dimmed": gray[6],
    "--sg-accent": petrol[7],
    "--sg-accent-soft": petrol[0],
    "--sg-success": "#1f7a3d",
    "--sg-danger": "#c42b2b",
    "--sg-warning": "#9a5b00",
    "--sg-info": "#1a64c4",
    "--sg-neutral": gray[6],
    "--sg-violet": "#7048e8",
    "--mantine-color-dimmed": gray[6],
    "--mantine-color-placeholder": "#5f6d76",
    "--mantine-color-default-border": gray[3],
    "--mantine-color-error": "#c42b2b",
    "--mantine-color-red-light": "#fdf0f0",
    "--mantine-color-red-light-color": "#b02525",
    "--mantine-color-yellow-light": "#fff8e5",
    "--mantine-color-yellow-light-color": "#7a4a00",
    "--mantine-color-green-light-color": "#1d6b31",
    "--mantine-color-teal-light-color": "#0a6b50",
    "--mantine-color-orange-light-color": "#9c3a00",
    "--mantine-color-blue-light-color": "#175a9c",
  },
  dark: {
    "--sg-surface": dark[7],
    "--sg-surface-sunken": dark[8],
    "--sg-surface-raised": dark[6],
    "--sg-border": dark[5],
    "--sg-border-strong": dark[4],
    "--sg-text": dark[0],
    "--sg-text-dimmed": dark[2],
    "--sg-accent": petrol[3],
    "--sg-accent-soft": "#0d2f36",
    "--sg-success": "#5fcf86",
    "--sg-danger": "#ff8787",
    "--sg-warning": "#f2b84b",
    "--sg-info": "#74b0ff",
    "--sg-neutral": dark[2],
    "--sg-violet": "#b197fc",
    "--mantine-color-body": dark[7],
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-placeholder": "#8496a0",
    "--mantine-color-default-border": dark[4],
    "--mantine-color-error": "#ff8787",
    "--mantine-color-red-light": "#331a1d",
    "--mantine-color-red-light-color": "#ffa8a8",
    "--mantine-color-yellow-light": "#2c2410",
    "--mantine-color-yellow-light-color": "#f5d38a",
  },
});
