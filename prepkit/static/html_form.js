// One student's questions as one file, to write in without Jupyter: see prepkit/packets/html_form.py.
//
// It is opened from a folder. Browsers may give one storage to all files (Chromium and Firefox were tried), so
// the name of the store tells the coach, the student and the run. Where the browser stores nothing, the page
// says so, and keeps texts until it is closed.
//
// kinds.js is not a file: prepkit/site/bundle.py makes it from the forms of answers.

import { KINDS, STATES } from "./kinds.js";
import { element, readJson } from "./shared/dom.js";
import { Panel } from "./html_form/panel.js";
import { inTime } from "./html_form/patience.js";
import { printWholeTexts } from "./html_form/printing.js";
import { BrowserModel } from "./site/browser_model.js";
import { BrowserStore } from "./site/browser_store.js";
import { followSections } from "./site/contents.js";
import { fromJson } from "./site/exchange_json.js";
import { Forms } from "./site/forms.js";
import { followMarks } from "./site/marks.js";
import { render } from "./star_form.js";

const WORDS = { recorded: "Saved. It goes into the file that you hand in." };
const UNKEPT = "Not kept by this browser: hand in before you close this page.";
const BLOCKED =
  "This browser doesn't keep what you write here. You can write, but choose “Hand in” at the end before you close this page, or your words are lost. Then send the file that it saves to your coach. To have your words kept as you type, allow this page to store data in the browser's settings, or open this file in another browser or in a window that isn't private.";

// Replaces the plain text of a question's prompts by a form.
const mount = (store, place, words, number) => {
  const question = readJson('script[type="application/json"]', place);
  const heading = Number(place.querySelector("h1, h2, h3, h4, h5")?.localName[1] ?? 3);
  const form = element("div");
  const label = `Practise question ${number}`;
  place.replaceChildren(form);
  const told = document.querySelector(`.told[data-about="${CSS.escape(place.dataset.question)}"]`);
  if (told) place.before(told); // what is written about an answer is read before it is gone on with
  render({ model: new BrowserModel(store, { ...question, label }, heading, words), el: form });
  tellApart(place.closest(".worksheet"), number);
};

// There are many forms on the page, so the names of their regions say of which question they are.
const tellApart = (worksheet, number) => {
  const id = `number-${number}`;
  worksheet.append(element("span", { id, hidden: true }, `(question ${number})`));
  for (const region of worksheet.querySelectorAll("section[aria-labelledby], [role=region][aria-labelledby]")) {
    region.setAttribute("aria-labelledby", `${region.getAttribute("aria-labelledby")} ${id}`);
  }
};

// Whether the browser refuses to store anything. Where it only takes long, the forms wait and say so.
const isBlocked = (store) => {
  const refused = store.load().then(
    () => false,
    () => true,
  );
  return inTime(refused).catch(() => false);
};

// When the texts of a file were saved.
const momentsOf = ({ answers }) =>
  [...answers.values()].flatMap((fields) => [...fields.values()].flat().map(({ saved_at }) => saved_at));

const start = async () => {
  const { store: name, file, hand_in: about, titles, carried } = readJson("#student");
  const store = new BrowserStore(name, new Forms(KINDS, STATES));
  store.onchange(({ emptied, elsewhere }) => {
    if (emptied && elsewhere) location.reload(); // or a form would still show what is deleted
  });
  if (await isBlocked(store)) {
    store.forget();
    document.getElementById("storage").replaceChildren(element("p", { className: "note blocked" }, BLOCKED));
    document.querySelector(".lead").hidden = true; // it says that all is saved
  }
  // Before the forms are there, so that they open with it. What was written here since stays.
  const brought = carried ? fromJson(carried, store.forms) : { answers: new Map(), reviews: [] };
  // If the storage doesn't answer, the forms say so themselves.
  const added = carried ? await inTime(store.import(brought)).catch(() => null) : null;
  const words = store.memory ? { ...WORDS, unkept: UNKEPT } : WORDS;
  const places = [...document.querySelectorAll(".star[data-question]")];
  for (const [index, place] of places.entries()) mount(store, place, words, index + 1);
  const panel = new Panel(store, document.getElementById("hand-in-panel"), {
    about,
    file,
    titles: new Map(titles),
    carried: momentsOf(brought),
  });
  panel.ask(added?.conflicts ?? []);
  window.addEventListener("beforeunload", (event) => {
    if (panel.isUnkept) event.preventDefault();
  });
  followMarks(store);
  followSections();
  printWholeTexts();
};

start();
