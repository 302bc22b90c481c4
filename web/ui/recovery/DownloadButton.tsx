import { MINUTE_MS } from "@tacit/shared/limits";
import { Download } from "lucide-react";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";

type DownloadButtonProps = { readonly label: string; readonly name: string; readonly text: string };

/** As long as a browser may take to begin. */
const REVOKED_AFTER_MS = MINUTE_MS;

/** Saves `text` as a file called `name`. The browser holds it from the click on, for a minute. */
export function DownloadButton({ label, name, text }: DownloadButtonProps) {
  const { clock } = useSurroundings();

  function save() {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: name });
    link.click();
    clock.after(REVOKED_AFTER_MS, () => URL.revokeObjectURL(url));
  }

  return (
    <Button icon={Download} onClick={save}>
      {label}
    </Button>
  );
}
