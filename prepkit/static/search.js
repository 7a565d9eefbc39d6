// The search: Pagefind's index, asked word by word, with filters, in the address.
//
// Pagefind shows only pages that have every word, replaces a word that it lacks by the beginning
// of one, and knows no misspelling. People type sentences, so here
//   - words that every question could have are left out,
//   - a word that no page has is corrected by the index's own words, and said to be,
//   - each word is searched alone, and a page's scores are added up.
// The filters' values are asked for once: which page has which. So counts and filtering need no
// further search.

import { element, readJson } from "./shared/dom.js";
import { SearchPage } from "./search/page.js";

// Browsers load no modules into a page from a file, so not Pagefind either.
const tellOfFiles = (place) =>
  place.append(
    element(
      "p",
      { className: "search-notice" },
      "Search needs a web server, but this page was opened from a file. To start a server, run ",
      element("code", {}, "python -m http.server"),
      " in the site’s folder. The list below has every question.",
    ),
  );

const start = () => {
  const place = document.getElementById("search");
  if (location.protocol === "file:") {
    tellOfFiles(place);
    return;
  }
  const list = document.getElementById("all-questions");
  const settings = { suggestions: [], order: {}, ...readJson("#search-data") };
  new SearchPage(place, list, document.body.dataset.root ?? "", settings).start();
};

start();
