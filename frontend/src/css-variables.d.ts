import "react";

declare module "react" {
  // Custom properties are part of a style, too.
  interface CSSProperties {
    [variable: `--${string}`]: string | number | undefined;
  }
}
