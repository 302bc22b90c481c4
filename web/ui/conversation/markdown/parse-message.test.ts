import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, type Inline, isPlainLine, parseMessage } from "./parse-message.ts";
import { plainText } from "./plain-text.ts";

const text = (words: string): Inline => ({ kind: "text", text: words });
const paragraph = (...children: Inline[]): Block => ({ kind: "paragraph", children });

test("bold, italic, strike and code are styles", () => {
  expect(parseMessage("**a** *b* ~~c~~ `d`")).toEqual([
    paragraph(
      { kind: "strong", children: [text("a")] },
      text(" "),
      { kind: "emphasis", children: [text("b")] },
      text(" "),
      { kind: "strike", children: [text("c")] },
      text(" "),
      { kind: "code", text: "d" },
    ),
  ]);
});

test("a strike goes around other styles, and a lone mark is text", () => {
  expect(parseMessage("~~a **b**~~ c~~")).toEqual([
    paragraph(
      { kind: "strike", children: [text("a "), { kind: "strong", children: [text("b")] }] },
      text(" c"),
      text("~~"),
    ),
  ]);
});

test("quotes, lists and fenced code are blocks", () => {
  expect(parseMessage("> said\n\n- one\n- two\n\n3. three\n\n```sh\nls\n```")).toEqual([
    { kind: "quote", children: [paragraph(text("said"))] },
    { kind: "list", start: undefined, items: [[paragraph(text("one"))], [paragraph(text("two"))]] },
    { kind: "list", start: 3, items: [[paragraph(text("three"))]] },
    { kind: "code", language: "sh", text: "ls" },
  ]);
});

test("HTML, headings, images, labelled links and entities stay the text that they are", () => {
  for (const letters of [
    "<b>no</b>",
    "<script>alert(1)</script>",
    "# no",
    "no\n---",
    "![no](https://example.org/a.png)",
    "[no](javascript:alert%281%29)",
    "&lt;no&gt;",
    "a | b\n--|--",
  ]) {
    expect(plainText(letters)).toBe(letters);
  }
});

test("only https and mailto addresses become links", () => {
  expect(links("see https://example.org/a_b_c?d=(e)). and more")).toEqual(["https://example.org/a_b_c?d=(e)"]);
  expect(links("(https://example.org/a)")).toEqual(["https://example.org/a"]);
  expect(links("write to bea@example.org, please")).toEqual(["mailto:bea@example.org"]);
  expect(links("mailto:bea@example.org")).toEqual(["mailto:bea@example.org"]);
  expect(
    links("javascript:alert(1) data:text/html,x http://example.org file:///etc/passwd //x.org xhttps://a.org"),
  ).toEqual([]);
  expect(links("`https://example.org`")).toEqual([]);
});

test("a link that leads elsewhere than it looks names its host", () => {
  expect(hosts("https://bank.example@evil.example/")).toEqual(["evil.example"]);
  expect(hosts("https://аррӏе.com")).toEqual(["xn--80ak6aa92e.com"]);
  expect(hosts("https://EXAMPLE.org/A")).toEqual([undefined]);
});

test("a message of signs alone is shown as written", () => {
  for (const signs of [">", "-", "**", "```", "~~", "~~~~"]) expect(plainText(signs)).toBe(signs);
});

test("a star within a word or a sum is a star", () => {
  for (const letters of ["2*3*4", "a*b*c", "5*x* and"]) expect(plainText(letters)).toBe(letters);
  expect(plainText("(*so*), **so**, 2 * 3 * 4")).toBe("(so), so, 2 * 3 * 4");
});

test("any text parses, and no letter of it is lost", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (written) => {
      const letters = (words: string) => (words.match(/[\p{L}]/gu) ?? []).length;
      fc.pre(!/[`~]{3}/.test(written));
      expect(letters(plainText(written))).toBe(letters(written));
    }),
  );
});

test("a line without a sign of any style is what CommonMark says of it", () => {
  const letter = fc.constantFrom(..."ab1 .,:;!?'\"()[]{}<>&#+-=|/@\\`*_~\t\n\u00a0\u2028\ufeff\u{1f600}é");
  const line = fc.oneof(fc.string({ unit: letter, minLength: 1 }), fc.string({ unit: "binary", minLength: 1 }));

  fc.assert(
    fc.property(line.filter(isPlainLine), (written) => {
      // What follows makes it go through CommonMark.
      expect(parseMessage(written)).toEqual(parseMessage(`${written}\n\n\`\``).slice(0, 1));
    }),
    { numRuns: 500 },
  );
});

function linkParts(written: string) {
  return parseMessage(written).flatMap((block) =>
    block.kind === "paragraph" ? block.children.filter((part) => part.kind === "link") : [],
  );
}

const links = (written: string) => linkParts(written).map(({ href }) => href);
const hosts = (written: string) => linkParts(written).map(({ host }) => host);
