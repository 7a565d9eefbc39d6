// The Markdown that the bank uses, built as nodes, so that no text is ever read as HTML.

import { element } from "../shared/dom.js";

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/;
const HEADING = /^#{1,6}\s+/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+/;

// A link to another site, which opens in a new tab.
export const link = (address, attributes, ...children) =>
  element(
    "a",
    { className: "pk-link", href: address, target: "_blank", rel: "noopener noreferrer", ...attributes },
    ...children,
  );

export const inline = (text) => {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [whole, code, strong, starred, scored, label, address] = found;
    nodes.push(rest.slice(0, found.index));
    if (code) nodes.push(element("code", { className: "pk-code" }, code));
    else if (strong) nodes.push(element("strong", {}, ...inline(strong)));
    else if (label) nodes.push(link(address, {}, ...inline(label)));
    else nodes.push(element("em", {}, ...inline(starred ?? scored)));
    rest = rest.slice(found.index + whole.length);
  }
  return [...nodes, rest];
};

export const list = (tag, texts) =>
  element(tag, { className: "pk-list" }, ...texts.map((text) => element("li", {}, ...inline(text))));

// The items of a list: each one is joined from its lines.
const itemsOf = (lines) => {
  const items = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
};

// A heading with what follows, a paragraph, a list, or a list with a paragraph before it.
const block = (text, level) => {
  const lines = text.split("\n");
  if (HEADING.test(lines[0])) {
    const title = inline(lines[0].replace(HEADING, ""));
    return [element(`h${level}`, { className: "pk-subheading" }, ...title), ...block(lines.slice(1).join("\n"), level)];
  }
  const found = lines.findIndex((line) => ITEM.test(line));
  const first = found < 0 ? lines.length : found;
  const intro = lines.slice(0, first);
  const nodes = [];
  if (intro.join("").trim()) nodes.push(element("p", { className: "pk-text" }, ...inline(intro.join(" "))));
  if (first < lines.length) {
    const tag = ITEM.exec(lines[first])[1] ? "ol" : "ul";
    nodes.push(list(tag, itemsOf(lines.slice(first))));
  }
  return nodes;
};

// `level` is that of headings in the text, which is shown below a heading of its own.
export const blocks = (text, level = 4) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((part) => block(part, level));
