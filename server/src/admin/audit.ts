import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { AccountId } from "@tacit/shared/ids";
import { appendLines } from "../append.ts";

export type Audit = (action: string) => void;

/**
 * What operators did, one line each: when, what, and a hash over the line before, so that a line that was taken out or
 * changed is seen. Written before the action. It names the account that was acted on and nobody else.
 */
export function openAudit(file: string, nowMs: () => number): Audit {
  return (action) => {
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    const line = `${new Date(nowMs()).toISOString()} ${action.replaceAll(/\s+/g, " ")}`;
    appendLines(file, [`${line} ${chain(lines.at(-1) ?? "", line)}`]);
  };
}

/** Accounts whose last such line says that they were disabled. */
export function disabledIn(content: string): readonly AccountId[] {
  const last = new Map<string, string>();
  for (const [, action = "", account = ""] of content.matchAll(/ user (disable|enable|purge) (\S+) [0-9a-f]{32}$/gm)) {
    last.set(account, action);
  }
  return [...last].filter(([, action]) => action === "disable").map(([account]) => account as AccountId);
}

/** The number of the first line that does not follow from the one before, counted from 1; `undefined` for none. */
export function firstBrokenLine(content: string): number | undefined {
  const lines = content.trimEnd().split("\n");
  const at = lines.findIndex((whole, i) => {
    const cut = whole.lastIndexOf(" ");
    return whole !== "" && chain(i === 0 ? "" : (lines[i - 1] ?? ""), whole.slice(0, cut)) !== whole.slice(cut + 1);
  });
  return at === -1 ? undefined : at + 1;
}

function chain(before: string, line: string): string {
  return createHash("sha256").update(`${before}\n${line}`).digest("hex").slice(0, 32);
}
