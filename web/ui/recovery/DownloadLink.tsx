import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import button from "../parts/Button.module.css";
import { classes } from "../parts/classes.ts";

type DownloadLinkProps = { readonly label: string; readonly name: string; readonly text: string };

/** Saves `text` as a file called `name`. The browser holds it for as long as the link is there. */
export function DownloadLink({ label, name, text }: DownloadLinkProps) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return (
    <a href={url} download={name} className={classes(button["button"], button["quiet"])}>
      <Download size={18} aria-hidden="true" />
      {label}
    </a>
  );
}
