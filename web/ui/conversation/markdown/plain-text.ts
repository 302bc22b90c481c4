import { type Block, type Inline, parseMessage } from "./parse-message.ts";

/** The words of a message without the signs of its styles: what a screen reader says. */
export function plainText(text: string): string {
  return plainBlocks(parseMessage(text));
}

export function plainBlocks(blocks: readonly Block[]): string {
  return blocks.map(plainBlock).join("\n");
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return block.children.map(plainInline).join("");
    case "quote":
      return plainBlocks(block.children);
    case "list":
      return block.items.map(plainBlocks).join("\n");
    case "code":
      return block.text;
  }
}

function plainInline(part: Inline): string {
  return "children" in part ? part.children.map(plainInline).join("") : part.text;
}
