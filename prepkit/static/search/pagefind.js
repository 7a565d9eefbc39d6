// Pagefind's index of the site, with all its parts.

import { keysOf } from "../shared/terms.js";
import { combined, withAll } from "./ranking.js";

// `terms` are the keys of words that Pagefind doesn't find in the text by itself (prepkit/site/terms.py).
const RANKING = { metaWeights: { title: 4, words: 3, terms: 1, place: 0, image: 0, image_alt: 0 } };

// The ids of all pages, and of those with each value of each filter. Pagefind isn't asked for them: without a
// word, it fetches all of the index.
const readFacets = async (base) => {
  const { ids, facets } = await readFile(base, "facets.json");
  const pagesOf = (places) => new Set(places.map((place) => ids[place]));
  const byValue = (values) => new Map(Object.entries(values).map(([value, places]) => [value, pagesOf(places)]));
  return [ids, Object.fromEntries(Object.entries(facets).map(([name, values]) => [name, byValue(values)]))];
};

const readFile = async (base, name) => {
  const answer = await fetch(`${base.href}${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
};

const unsorted = ({ results }) => results.map((result) => ({ id: result.id, score: 0, results: [result] }));

// Returns {words, whole, facets, ids, browse, search}: the index's words, whether these are all, the filters, the
// ids of all pages, and two functions: one returns every page, for a list of those that filters leave, and one
// takes folded words and returns the pages that have them.
export const openIndex = async (root) => {
  const base = new URL(`${root}pagefind/`, document.baseURI);
  const [pagefind, { parts, words, whole }, [ids, facets]] = await Promise.all([
    import(`${base.href}0/pagefind.js`),
    readFile(base, "words.json"),
    readFacets(base),
  ]);
  await pagefind.options({ ranking: RANKING });
  await pagefind.init();
  const others = Array.from({ length: parts - 1 }, (_, part) => `${base.pathname}${part + 1}/`);
  await Promise.all(others.map((part) => pagefind.mergeIndex(part, { ranking: RANKING })));
  const searchOne = async (word) => withAll(await Promise.all(keysOf(word).map((key) => pagefind.search(key))));
  return {
    words,
    whole,
    facets,
    ids,
    browse: async () => unsorted(await pagefind.search(null)),
    search: async (wanted) => combined(await Promise.all(wanted.map(searchOne))),
  };
};
