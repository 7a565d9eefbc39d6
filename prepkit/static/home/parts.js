// What the first page shows, section by section. They are drawn anew at each change, and laid over what is
// there (morph.js), so nothing here has a listener: `data-do` says what a control does.

import { element } from "../shared/dom.js";
import { pluralize } from "../shared/text.js";
import { pageLink } from "./links.js";

const NEAR = 3; // evenings that are shown at once

const doing = (label, what, attributes = {}) =>
  element("button", { type: "button", className: "pk-button", "data-do": what, ...attributes }, label);

const heading = (text) => element("h3", { className: "pk-heading", tabindex: "-1" }, text);

export const section = (name, title, ...children) => {
  const id = `pk-home-${name}`;
  const head = heading(title);
  head.id = id;
  return element("section", { className: `pk-part-of pk-${name}`, "data-key": name, "aria-labelledby": id }, head, ...children);
};

const text = (words, className = "pk-text") => (words ? element("p", { className }, words) : null);

const minutes = (count) => element("span", { className: "pk-minutes" }, `${count} min`);

// One thing to do. Each control has a key of its own, under which it is found again: `where` is its evening.
const item = (each, where, strong) => {
  const { question, text: words, place, title, why, aloud, mock } = each;
  const open = question
    ? doing("Open", "open", {
        className: strong ? "pk-button pk-strong" : "pk-button",
        "data-question": question,
        "data-aloud": aloud,
        "data-key": `open-${where}-${question}`,
        "aria-label": `Open: ${words}`,
      })
    : null;
  return element(
    "li",
    { className: "pk-item", "data-key": `${where}-${title}-${question ?? ""}` },
    element(
      "div",
      { className: "pk-what" },
      element("p", { className: "pk-eyebrow" }, title, " · ", minutes(each.minutes)),
      text(words, "pk-asked"),
      place ? text(place, "pk-hint") : null,
      text(why, "pk-hint pk-reason"),
      mock ? element("p", { className: "pk-hint" }, pageLink("Hold a mock interview", "05-mock.ipynb")) : null,
    ),
    open,
  );
};

const debrief = () =>
  element("p", { className: "pk-text" }, "How did it go? Note what you were asked: it changes what comes next. ", pageLink("After the interview", "06-debrief.ipynb"));

// What could come next when tonight is done: nobody has to, so its button is a quiet one.
const goOn = (more) =>
  more?.length
    ? element(
        "div",
        { "data-key": "go-on" },
        text("If you want to go on:", "pk-hint pk-go-on"),
        element("ul", { className: "pk-items" }, ...more.map((each) => item(each, "more", false))),
      )
    : null;

export const tonight = ({ tonight: evening, nothing, note, made_of: madeOf, over, done, start, more }) =>
  section(
    "tonight",
    "Tonight",
    text(note, "pk-text pk-countdown"),
    text(madeOf, "pk-hint pk-made-of"),
    over ? debrief() : null,
    text(done, "pk-text pk-done"),
    text(start, "pk-text pk-start"),
    text(nothing),
    evening
      ? element("ul", { className: "pk-items" }, ...evening.items.map((each, at) => item(each, "tonight", at === 0)))
      : null,
    goOn(more),
  );

const evening = ({ day, when, minutes: all, items }) =>
  element(
    "li",
    { className: "pk-evening", "data-key": `evening-${day ?? when}` },
    element("h4", { className: "pk-when-evening" }, when, all ? " · " : null, all ? minutes(all) : null),
    element("ul", { className: "pk-items" }, ...items.map((each) => item(each, day ?? when, false))),
  );

const list = (evenings) => element("ul", { className: "pk-evenings" }, ...evenings.map(evening));

// Evenings until the interview: the first few, and the others folded away.
const planned = (evenings) => {
  const more = evenings.slice(NEAR);
  const folded = more.length
    ? element(
        "details",
        { className: "pk-folded", "data-key": "more-evenings" },
        element("summary", { className: "pk-summary" }, pluralize(more.length, "more evening")),
        list(more),
      )
    : null;
  return section("later", "Your evenings until the interview", list(evenings.slice(0, NEAR)), folded);
};

export const later = ({ later: evenings }) => {
  if (evenings.length === 0) return null;
  if (evenings[0].day) return planned(evenings);
  const items = evenings.flatMap(({ items: several }) => several.map((each) => item(each, "next", false)));
  return section("later", "Next", text("One a day is enough.", "pk-hint"), element("ul", { className: "pk-items" }, ...items));
};

const STATES = [
  ["complete", "Complete"],
  ["started", "In progress"],
  ["untouched", "Not started"],
];

const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);
const number = (count) => count.toLocaleString("en");
const cell = (tag, attributes, words) => element(tag, { className: "pk-cell", ...attributes }, words);

// For eyes only: the words beside it say the same.
const bar = (row) =>
  element(
    "span",
    { className: "pk-share", "aria-hidden": "true" },
    ...STATES.slice(0, 2).map(([name]) =>
      element("span", { className: `pk-share-${name}`, style: `flex-grow: ${row[name]}` }),
    ),
    element("span", { className: "pk-share-rest", style: `flex-grow: ${row.untouched}` }),
  );

const columnsOf = (rows) => {
  const counts = STATES.map(([name, title]) => [title, (row) => number(row[name])]);
  const words = ["Words written", (row) => number(row.words)];
  // Without a practice log nobody knows the minutes: a column of zeros would be wrong.
  const practised = ["Minutes practised", (row) => number(Math.round(row.seconds / 60))];
  return [...counts, words, ...(sum(rows, "seconds") ? [practised] : [])];
};

const table = (rows) => {
  const columns = columnsOf(rows);
  const line = (row) =>
    element(
      "tr",
      { "data-key": row.title },
      element("th", { className: "pk-cell", scope: "row" }, row.title, bar(row)),
      ...columns.map(([title, count]) => cell("td", { "data-column": title }, count(row))),
    );
  return element(
    "table",
    { className: "pk-counts" },
    element("caption", { className: "pk-unseen" }, "Answers by category and status"),
    element(
      "thead",
      {},
      element("tr", {}, ...["Category", ...columns.map(([title]) => title)].map((each) => cell("th", { scope: "col" }, each))),
    ),
    element("tbody", {}, ...rows.map(line)),
  );
};

export const progress = ({ progress: rows }) => {
  const all = Object.fromEntries([...STATES, ["words"]].map(([name]) => [name, sum(rows, name)]));
  const counts = STATES.map(([name, title]) => `${number(all[name])} ${title.toLowerCase()}`).join(" · ");
  return section(
    "progress",
    "Your progress",
    bar(all),
    text(`${counts} · ${pluralize(all.words, "word")} written`, "pk-text pk-sums"),
    element(
      "details",
      { className: "pk-folded", "data-key": "categories" },
      element("summary", { className: "pk-summary" }, "By category"),
      table(rows),
      text(
        "An answer is complete when every part has at least half of the words that its goal begins with, and in progress when any part has text.",
        "pk-hint",
      ),
    ),
  );
};

const looked = ({ question, text: words, place, remarks }) =>
  element(
    "details",
    { className: "pk-folded", "data-key": `look-${question}` },
    element("summary", { className: "pk-summary" }, words, " ", element("span", { className: "pk-hint" }, pluralize(remarks.length, "suggestion"))),
    element(
      "ul",
      { className: "pk-list" },
      ...remarks.map(({ message, basis }) => element("li", {}, `${message} `, element("span", { className: "pk-hint" }, basis))),
    ),
    doing("Open", "open", { "data-question": question, "data-key": `open-look-${question}`, "aria-label": `Open: ${words}` }),
    text(place, "pk-hint pk-place"),
  );

export const secondLook = ({ second_look: found, complete }) =>
  section(
    "look",
    "A second look",
    found.length
      ? text("These checks count words and know nothing about your story. Use what helps and ignore the rest.", "pk-hint")
      : text(complete ? "Nothing to point out." : "No suggestions. They appear here when an answer is complete.", "pk-hint"),
    ...found.map(looked),
  );

// What the candidate may ask back, which stands with the question in which they are invited to.
export const toAsk = ({ to_ask: question, wishes }) =>
  question
    ? section(
        "to-ask",
        "Questions to ask them",
        text("At the end of most rounds they ask what you would like to know. Here are questions for each round, to put into your own words."),
        wishes?.companies.length ? text("The day pack of a company has them too.", "pk-hint") : null,
        doing("Open", "open", { "data-question": question, "data-key": "open-to-ask", "aria-label": "Open: questions to ask them" }),
      )
    : null;

const file = (label, kind, subject = "") =>
  doing(label, "file", { "data-kind": kind, "data-subject": subject, "data-key": `file-${kind}-${subject}` });

export const files = ({ wishes, complete }) => {
  const companies = wishes?.companies ?? [];
  return section(
    "files",
    "Print and save",
    text("Files are saved beside this page. To print one question, open it.", "pk-hint"),
    element(
      "div",
      { className: "pk-row-of-buttons" },
      complete ? file("Story sheets (PDF)", "stories") : null,
      ...companies.flatMap((one) => [file(`${one}: company sheet (PDF)`, "company", one), file(`${one}: day pack (PDF)`, "day", one)]),
      wishes?.interview ? file("Save for my calendar", "calendar") : null,
      file("Flash cards for Anki", "cards"),
    ),
    text("Anki is a free app for learning with flash cards, on a phone too.", "pk-hint"),
    complete ? null : text("When an answer is complete, its story sheet is here: one page to read just before the call.", "pk-hint"),
    companies.length ? null : text("Choose companies above, and their sheets are here.", "pk-hint"),
  );
};

const choice = (name, title, words, attributes) =>
  element(
    "div",
    { className: "pk-choice-of" },
    element(
      "label",
      {},
      element("input", { type: "checkbox", className: "pk-tick", "data-do": "privacy", name, "data-key": name, ...attributes }),
      " ",
      title,
    ),
    text(words, "pk-hint"),
  );

export const privacy = ({ privacy: { analytics, marketing, notice, log }, deleting }) =>
  section(
    "privacy",
    "Privacy",
    text("The workbook never connects to the internet, and nothing you write leaves this computer unless you send it."),
    text(notice),
    choice(
      "necessary",
      "Strictly necessary (always on)",
      "The workbook needs these, so you can't turn them off: a login token, which keeps other people on your network out, and the file that holds your answers.",
      { checked: true, disabled: true },
    ),
    choice(
      "analytics",
      "Practice log",
      "Records which questions you opened, and for how many minutes you worked on them. It adds the minutes column to Your progress. It is a file on this computer and is sent to nobody.",
      { checked: analytics },
    ),
    choice(
      "marketing",
      "Marketing (there is none)",
      "The workbook has no advertising and tells nobody about you, so this changes nothing, on or off.",
      { checked: marketing },
    ),
    log && !deleting ? doing("Delete the log", "delete log", { "data-key": "delete" }) : null,
    log && deleting ? text("You can't undo deleting the practice log. Your answers are not affected.") : null,
    log && deleting
      ? element(
          "div",
          { className: "pk-row-of-buttons" },
          doing("Delete for good", "delete for good", { "data-key": "delete-for-good" }),
          doing("Keep it", "keep log", { "data-key": "keep" }),
        )
      : null,
  );

export const kept = ({ path }) =>
  section(
    "kept",
    "Where your answers are kept",
    text("Your answers are in one file on this computer, separate from this page. You can close, copy or delete a page without losing an answer. This is the file:"),
    element("p", { className: "pk-text" }, element("code", { className: "pk-code" }, path)),
    element(
      "p",
      { className: "pk-text" },
      "To keep a copy, open ",
      element("em", {}, "File > New > Terminal"),
      " and enter ",
      element("code", { className: "pk-code" }, "prepkit answers export my-answers.md"),
      ". With the ending .json it includes earlier versions too, and ",
      element("code", { className: "pk-code" }, "prepkit answers import my-answers.json"),
      " brings everything back on another computer, without overwriting anything there.",
    ),
  );

const joined = (words) => words.filter(Boolean).join(" · ");

// What the candidate prepares for, in a line.
export const chosen = ({ wishes, choices }, day) => {
  const level = choices.levels.find(({ name }) => name === wishes.level)?.title;
  const said = joined([wishes.companies.join(", "), level, wishes.interview && `Interview on ${day(wishes.interview)}`]);
  return element(
    "div",
    { className: "pk-chosen-line", "data-key": "chosen" },
    text(said || "No company, level or interview date chosen yet."),
    doing("Change", "change", { "data-key": "change", "aria-label": "Change what you prepare for" }),
  );
};

export const brokenPlan = ({ plan_error: { message, damaged } }) =>
  element(
    "section",
    { className: "pk-part-of pk-broken", role: "alert", "data-key": "broken" },
    heading("Your plan can't be read"),
    text(message.replace("Your plan can't be read: ", "")),
    text(damaged ? "Nothing was changed. To choose again, set the damaged file aside: it gets another name, and stays." : "Nothing was changed. Check the file's permissions."),
    damaged ? doing("Set it aside and choose again", "start again", { "data-key": "again" }) : null,
  );
