// The order of the pages when each word is searched separately. Pure.

const FAINT = 0.15; // pages with less than this share of the best page's score are left out

// The search of a word that has several keys in the index: the pages with all of them.
export const withAll = (searches) => {
  const [first, ...rest] = searches;
  if (!rest.length) return first;
  const scores = rest.map(({ results }) => new Map(results.map(({ id, score }) => [id, score])));
  const found = first.results.filter(({ id }) => scores.every((of) => of.has(id)));
  const least = ({ id, score }) => Math.min(score, ...scores.map((of) => of.get(id)));
  return { results: found.map((result) => ({ id: result.id, score: least(result), data: () => result.data() })) };
};

// Adds up a page's scores from the search of each word. A page with more of the words counts more.
export const combined = (searches) => {
  const pages = new Map();
  for (const [word, { results }] of searches.entries()) {
    for (const result of results) {
      const page = pages.get(result.id) ?? { id: result.id, score: 0, results: [], words: [] };
      page.score += result.score;
      page.results.push(result);
      page.words.push(word); // which of the words the result is for
      pages.set(result.id, page);
    }
  }
  const enough = searches.length / 2;
  const found = [...pages.values()].filter((page) => page.results.length >= enough);
  for (const page of found) page.score *= page.results.length / searches.length;
  found.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return found.filter((page) => page.score >= found[0].score * FAINT);
};
