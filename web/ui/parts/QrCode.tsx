import { encodeQR } from "qr";
import { useMemo } from "react";
import css from "./QrCode.module.css";

/** `text` as a QR code: one SVG path, dark on light in both themes, with the quiet zone that scanners need. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { side, path } = useMemo(() => drawQr(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      className={css["code"]}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

/** One unit per module; runs of dark modules are one rectangle each. */
export function drawQr(text: string): { readonly side: number; readonly path: string } {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const path = rows
    .map((row, y) =>
      [
        ...row
          .map((isDark) => (isDark ? "1" : "0"))
          .join("")
          .matchAll(/1+/g),
      ]
        .map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`)
        .join(""),
    )
    .join("");
  return { side: rows.length, path };
}
