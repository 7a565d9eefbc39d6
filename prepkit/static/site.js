// The pages of the site: forms to write in, marks and counts, “Your answers”, keyboard shortcuts,
// the list of sections, the code of notebooks, cookie preferences.
//
// kinds.js is not a file: prepkit/site/bundle.py makes it from the forms of answers.

import { KINDS, STATES } from "./kinds.js";
import { element, readJson } from "./shared/dom.js";
import { t } from "./shared/language.js";
import { AnswersPage } from "./site/answers_page.js";
import { BrowserModel } from "./site/browser_model.js";
import { BrowserStore } from "./site/browser_store.js";
import { runConsent } from "./site/consent.js";
import { closeAfterUse, followSections, showCurrent } from "./site/contents.js";
import { exportJson } from "./site/files.js";
import { Forms } from "./site/forms.js";
import { followMarks } from "./site/marks.js";
import { followCode } from "./site/notebook_code.js";
import { followNavigation } from "./site/navigation.js";
import { followKeys } from "./site/shortcuts.js";
import { note, workButton } from "./site/work_button.js";
import { render } from "./star_form.js";

// Replaces the plain text of a question's prompts by a form.
const mount = (store, place) => {
  const question = readJson('script[type="application/json"]', place);
  const heading = Number(place.querySelector("h1, h2, h3, h4, h5")?.localName[1] ?? 2);
  const form = element("div");
  const said = note();
  const { root } = document.body.dataset; // a single page has none
  const all = root === undefined ? [] : [" · ", element("a", { href: `${root}answers.html` }, t("All your answers"))];
  place.replaceChildren(
    form,
    element(
      "p",
      { className: "kept" },
      t("What you write is saved in this browser only."),
      " ",
      workButton(t("Export my answers"), said, () => exportJson(store), { className: "plain" }),
      ...all,
    ),
    said,
  );
  render({ model: new BrowserModel(store, question, heading), el: form });
};

const start = () => {
  const { answers = "prepkit" } = document.body.dataset;
  const store = new BrowserStore(answers, new Forms(KINDS, STATES));
  store.onchange(({ emptied, elsewhere }) => {
    if (emptied && elsewhere) location.reload(); // or a form would still show what is deleted
  });
  const places = [...document.querySelectorAll(".star[data-question]")];
  for (const place of places) mount(store, place);
  const list = document.getElementById("answers");
  if (list) new AnswersPage(store, list, readJson("#questions") ?? []);
  followMarks(store);
  followNavigation();
  followSections();
  followCode();
  closeAfterUse();
  showCurrent();
  followKeys();
  const consent = readJson("#consent");
  if (consent) runConsent(answers, consent); // a single page has none
};

start();
