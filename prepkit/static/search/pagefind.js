// Pagefind's index of the site, with all its parts.

import { keysOf } from "../shared/terms.js";
import { combined, withAll } from "./ranking.js";

// `terms` are the keys of words that Pagefind doesn't find in the text by itself (prepkit/site/terms.py).
const RANKING = { metaWeights: { title: 4, words: 3, terms: 1, place: 0, image: 0, image_alt: 0 } };

// The pages with each value of each filter, asked for once.
const readFacets = async (pagefind) => {
  const facets = {};
  for (const [name, values] of Object.entries(await pagefind.filters())) {
    facets[name] = new Map();
    for (const value of Object.keys(values)) {
      const { results } = await pagefind.search(null, { filters: { [name]: value } });
      facets[name].set(value, new Set(results.map((result) => result.id)));
    }
  }
  return facets;
};

// Returns {words, whole, facets, all, search}: the index's words, whether these are all, the filters, every page,
// and a function from folded words to the pages that have them.
export const openIndex = async (root) => {
  const base = new URL(`${root}pagefind/`, document.baseURI);
  const [pagefind, answer] = await Promise.all([
    import(`${base.href}0/pagefind.js`),
    fetch(`${base.href}words.json`),
  ]);
  if (!answer.ok) throw new Error(`words.json: ${answer.status}`);
  const { parts, words, whole } = await answer.json();
  await pagefind.options({ ranking: RANKING });
  await pagefind.init();
  const others = Array.from({ length: parts - 1 }, (_, part) => `${base.pathname}${part + 1}/`);
  await Promise.all(others.map((part) => pagefind.mergeIndex(part, { ranking: RANKING })));
  const facets = await readFacets(pagefind);
  const everything = await pagefind.search(null);
  const searchOne = async (word) => withAll(await Promise.all(keysOf(word).map((key) => pagefind.search(key))));
  return {
    words,
    whole,
    facets,
    all: everything.results.map((result) => ({ id: result.id, score: 0, results: [result] })),
    search: async (wanted) => combined(await Promise.all(wanted.map(searchOne))),
  };
};
