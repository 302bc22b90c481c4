import { memo } from "react";
import css from "./MessageText.module.css";
import type { Block, Inline } from "./parse-message.ts";

/** The text of a message with its styles. No HTML string exists on the way. */
export const MessageText = memo(({ blocks }: { readonly blocks: readonly Block[] }) => (
  <div className={css["text"]}>{blocks.map(toBlock)}</div>
));
MessageText.displayName = "MessageText";

function toBlock(block: Block, key: number) {
  switch (block.kind) {
    case "paragraph":
      return (
        <p key={key} dir="auto">
          {block.children.map(toInline)}
        </p>
      );
    case "quote":
      return <blockquote key={key}>{block.children.map(toBlock)}</blockquote>;
    case "list": {
      const items = block.items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message does not change its order.
        <li key={at}>{item.map(toBlock)}</li>
      ));
      return block.start === undefined ? (
        <ul key={key} dir="auto">
          {items}
        </ul>
      ) : (
        <ol key={key} start={block.start} dir="auto">
          {items}
        </ol>
      );
    }
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled to by keyboard.
        <pre key={key} dir="ltr" tabIndex={0} data-language={block.language}>
          <code>{block.text}</code>
        </pre>
      );
  }
}

function toInline(part: Inline, key: number) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "strong":
      return <strong key={key}>{part.children.map(toInline)}</strong>;
    case "emphasis":
      return <em key={key}>{part.children.map(toInline)}</em>;
    case "strike":
      return <s key={key}>{part.children.map(toInline)}</s>;
    case "code":
      return <code key={key}>{part.text}</code>;
    case "link":
      return (
        <a key={key} href={part.href} target="_blank" rel="noopener noreferrer" dir="ltr">
          {part.text}
          {part.host !== undefined && <span className={css["host"]}> ({part.host})</span>}
        </a>
      );
  }
}
