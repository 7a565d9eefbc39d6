// One result, as an item of the list.

import { element } from "../shared/dom.js";
import { IN_BANK, IN_NOTEBOOK } from "../shared/language.js";
import { excerpt } from "./excerpt.js";

// Everything that is shown about a page, with the places of all searched words in it.
export const details = async (page) => {
  let data;
  const places = new Map();
  for (const [at, result] of page.results.entries()) {
    data = await result.data();
    for (const { location, weight } of data.weighted_locations) {
      if (page.score) places.set(location, { word: page.words[at], weight });
    }
  }
  return { ...data, places };
};

// `words` are the folded words that were searched.
export const resultItem = (page, root, words) => {
  const { parts, before, after } = excerpt(page, words);
  const text = element("p", { className: "excerpt" }, before ? "… " : null);
  for (const [word, marked, glued] of parts) text.append(marked ? element("mark", {}, word) : word, glued ? "" : " ");
  if (after) text.append("…");
  const place = page.meta.place ?? page.filters?.category?.[0] ?? page.filters?.kind?.[0] ?? "";
  const path = page.raw_url.replace(/^\//, "");
  const spoken = page.filters?.category ? IN_BANK : IN_NOTEBOOK;
  for (const [name, value] of Object.entries(spoken)) text.setAttribute(name, value);
  return element(
    "li",
    {},
    element("h2", spoken, element("a", { href: root + path }, page.meta.title ?? path)),
    place ? element("p", { className: "where" }, place) : null,
    text,
  );
};
