// One result, as an item of the list.

import { element } from "../shared/dom.js";
import { excerpt } from "./excerpt.js";

// Everything that is shown about a page, with the places of all searched words in it.
export const details = async (page) => {
  let data;
  const places = new Map();
  for (const [word, result] of page.results.entries()) {
    data = await result.data();
    for (const { location, weight } of data.weighted_locations) {
      if (page.score) places.set(location, { word, weight });
    }
  }
  return { ...data, places };
};

export const resultItem = (page, root) => {
  const { parts, before, after } = excerpt(page);
  const text = element("p", { className: "excerpt" }, before ? "… " : null);
  for (const [word, marked] of parts) text.append(marked ? element("mark", {}, word) : word, " ");
  if (after) text.append("…");
  const place = page.meta.place ?? page.filters?.category?.[0] ?? page.filters?.kind?.[0] ?? "";
  const path = page.raw_url.replace(/^\//, "");
  return element(
    "li",
    {},
    element("h2", {}, element("a", { href: root + path }, page.meta.title ?? path)),
    place ? element("p", { className: "where" }, place) : null,
    text,
  );
};
