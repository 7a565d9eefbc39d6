// The search: Pagefind's index, asked word by word, with filters, in the address.
//
// Pagefind only shows pages that have every word, replaces an unknown word by the beginning of one,
// and can't handle misspellings. But people type whole sentences, so here
//   - words that any question could have are left out,
//   - a word that no page has is corrected with the words of the index, and the page says so,
//   - each word is searched separately, and a page's scores are added up.
// Which pages have which value of each filter is in a file of its own, so counting and filtering need no
// further search.

import { element, readJson } from "./shared/dom.js";
import { fill, t } from "./shared/language.js";
import { SearchPage } from "./search/page.js";

// Browsers don't load modules into a page that was opened from a file, so Pagefind can't work there.
const tellOfFiles = (place, ofQuestions) =>
  place.append(
    element(
      "p",
      { className: "search-notice" },
      t("Search needs a web server, but this page was opened from a file."),
      " ",
      ...fill(t("To start a server, run {command} in the site’s folder."), {
        command: element("code", {}, "python -m http.server"),
      }),
      " ",
      ofQuestions ? t("The list below has every question.") : t("Choose from the list below."),
    ),
  );

const start = () => {
  const place = document.getElementById("search");
  const settings = { suggestions: [], order: {}, questions: false, ...readJson("#search-data") };
  if (location.protocol === "file:") {
    tellOfFiles(place, settings.questions);
    place.classList.add("ready");
    return;
  }
  const list = document.getElementById("all-questions");
  new SearchPage(place, list, document.body.dataset.root ?? "", settings).start();
};

start();
