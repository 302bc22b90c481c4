export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  /** `host`: where it really leads, if the text does not plainly say so (another alphabet, a user name before the host). */
  | { readonly kind: "link"; readonly text: string; readonly href: string; readonly host: string | undefined };

const CANDIDATE =
  /(?<![\p{L}\p{N}@/])(?:https:\/\/|mailto:)[^\s<>"`]+|(?<![\p{L}\p{N}@/:])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const CLOSERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Cuts out what is a link: https and mailto addresses, and plain e-mail addresses. Nothing else ever becomes one. */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const found = withoutTail(match[0]);
    const link = toLink(found);
    if (link === undefined) continue;
    if (match.index > done) parts.push({ kind: "text", text: text.slice(done, match.index) });
    parts.push(link);
    done = match.index + found.length;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

function toLink(text: string): TextPart | undefined {
  const isAddress = /^[a-z]+:/i.test(text);
  const url = URL.parse(isAddress ? text : `mailto:${text}`);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "mailto:")) return undefined;
  if (url.protocol === "mailto:") return { kind: "link", text, href: url.href, host: undefined };
  if (url.hostname === "") return undefined;
  const isPlain = text.toLowerCase().startsWith(`https://${url.hostname}`) && url.username === "";
  return { kind: "link", text, href: url.href, host: isPlain ? undefined : url.hostname };
}

/** Without the punctuation of the sentence around it. A closing bracket stays if it was opened within. */
function withoutTail(text: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    const opener = CLOSERS[last];
    const kept = text.slice(0, end);
    if (opener === undefined ? !/[.,;:!?'"’”»*_~]/.test(last) : count(kept, opener) >= count(kept, last)) break;
  }
  return text.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
