import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties: numbers and colours that a stylesheet reads. */
    [property: `--${string}`]: string | number | undefined;
  }
}
