// The order of the pages when each word is searched separately. Pure.

const FAINT = 0.15; // pages with less than this share of the best page's score are left out

// Adds up a page's scores from the search of each word. A page with more of the words counts more.
export const combined = (searches) => {
  const pages = new Map();
  for (const { results } of searches) {
    for (const result of results) {
      const page = pages.get(result.id) ?? { id: result.id, score: 0, results: [] };
      page.score += result.score;
      page.results.push(result);
      pages.set(result.id, page);
    }
  }
  const enough = searches.length / 2;
  const found = [...pages.values()].filter((page) => page.results.length >= enough);
  for (const page of found) page.score *= page.results.length / searches.length;
  found.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return found.filter((page) => page.score >= found[0].score * FAINT);
};
