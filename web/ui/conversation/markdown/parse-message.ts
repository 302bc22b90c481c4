import { fromMarkdown } from "mdast-util-from-markdown";
import { splitLinks, type TextPart } from "./links.ts";

export type Inline =
  | TextPart
  | { readonly kind: "strong" | "emphasis" | "strike"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string };

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "quote"; readonly children: readonly Block[] }
  | { readonly kind: "list"; readonly start: number | undefined; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: "code"; readonly language: string | undefined; readonly text: string };

/** What CommonMark has and messages do not: as if its signs were letters. */
const LETTERS_ONLY = [
  "autolink",
  "characterReference",
  "codeIndented",
  "definition",
  "hardBreakEscape",
  "headingAtx",
  "htmlFlow",
  "htmlText",
  "labelEnd",
  "labelStartImage",
  "labelStartLink",
  "setextUnderline",
  "thematicBreak",
];

/** What begins a block, and what stands in none; within a line only the signs of styles mean something. */
const PLAIN_LINE = /^(?![\s\d>+-])[^\t\n\r\0\\`*_~]+$/;

/** Bold, italic, strike, code, quotes, lists and links of a message. Anything else stays the text that it is. */
export function parseMessage(text: string): readonly Block[] {
  if (isPlainLine(text)) return [{ kind: "paragraph", children: splitLinks(text) }];
  const tree = fromMarkdown(text, { extensions: [{ disable: { null: LETTERS_ONLY } }] });
  const blocks = tree.children.map((node) => toBlock(node, text));
  return hasText(blocks) ? blocks : [{ kind: "paragraph", children: [{ kind: "text", text }] }];
}

/** One line without a sign of any style: most of what people write, and twenty times as fast. */
export function isPlainLine(text: string): boolean {
  return PLAIN_LINE.test(text) && !text.endsWith(" ");
}

type Root = ReturnType<typeof fromMarkdown>;
type BlockNode = Root["children"][number];
type InlineNode = Extract<BlockNode, { type: "paragraph" }>["children"][number];

function toBlock(node: BlockNode, source: string): Block {
  switch (node.type) {
    case "paragraph":
      return { kind: "paragraph", children: toInlines(node.children, source) };
    case "blockquote":
      return { kind: "quote", children: node.children.map((child) => toBlock(child, source)) };
    case "list":
      return {
        kind: "list",
        start: node.ordered ? (node.start ?? 1) : undefined,
        items: node.children.map((item) => item.children.map((child) => toBlock(child, source))),
      };
    case "code":
      return { kind: "code", language: node.lang ?? undefined, text: node.value };
    default:
      return { kind: "paragraph", children: [{ kind: "text", text: sourceOf(node, source) }] };
  }
}

function toInlines(nodes: readonly InlineNode[], source: string): readonly Inline[] {
  return pairStrikes(nodes.flatMap((node) => toInline(node, source)));
}

function toInline(node: InlineNode, source: string): readonly (Inline | typeof STRIKE)[] {
  switch (node.type) {
    case "text":
      return splitStrikes(node.value);
    case "emphasis":
      return isWithinWord(node, source)
        ? asWritten(node, source)
        : [{ kind: "emphasis", children: toInlines(node.children, source) }];
    case "strong":
      return [{ kind: node.type, children: toInlines(node.children, source) }];
    case "inlineCode":
      return [{ kind: "code", text: node.value }];
    case "break":
      return [{ kind: "text", text: "\n" }];
    default:
      return [{ kind: "text", text: sourceOf(node, source) }];
  }
}

/** "2*3*4": CommonMark sees emphasis there, people do not. */
function isWithinWord({ position }: InlineNode, source: string): boolean {
  const start = position?.start.offset ?? 0;
  const end = position?.end.offset ?? source.length;
  return (
    /[\p{L}\p{N}]$/u.test(source.slice(Math.max(start - 2, 0), start)) ||
    /^[\p{L}\p{N}]/u.test(source.slice(end, end + 2))
  );
}

/** Its signs are letters; what they stand around is read on. */
function asWritten(
  node: Extract<InlineNode, { type: "emphasis" }>,
  source: string,
): readonly (Inline | typeof STRIKE)[] {
  const sign: Inline = { kind: "text", text: source.charAt(node.position?.start.offset ?? 0) };
  return [sign, ...node.children.flatMap((child) => toInline(child, source)), sign];
}

const STRIKE = { kind: "~~" } as const;

function splitStrikes(text: string): readonly (Inline | typeof STRIKE)[] {
  return text.split("~~").flatMap((part, at) => [...(at === 0 ? [] : [STRIKE]), ...splitLinks(part)]);
}

/** What stands between two marks is struck through; a mark without its pair, or around nothing, is text again. */
function pairStrikes(parts: readonly (Inline | typeof STRIKE)[]): readonly Inline[] {
  const runs: Inline[][] = [[]];
  for (const part of parts) {
    if (part.kind === "~~") runs.push([]);
    else runs.at(-1)?.push(part);
  }
  const mark: Inline = { kind: "text", text: "~~" };
  return runs.flatMap((run, at): readonly Inline[] => {
    const isOpened = at % 2 === 1;
    const isClosed = at < runs.length - 1;
    if (!isOpened) return run;
    if (!isClosed) return [mark, ...run];
    return run.length > 0 ? [{ kind: "strike", children: run }] : [mark, mark];
  });
}

function sourceOf(node: BlockNode | InlineNode, source: string): string {
  return source.slice(node.position?.start.offset, node.position?.end.offset);
}

function hasText(blocks: readonly Block[]): boolean {
  return blocks.some(blockHasText);
}

function blockHasText(block: Block): boolean {
  switch (block.kind) {
    case "paragraph":
      return block.children.length > 0;
    case "quote":
      return hasText(block.children);
    case "list":
      return block.items.some(hasText);
    case "code":
      return block.text !== "";
  }
}
