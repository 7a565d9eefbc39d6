// Answers with their histories and rehearsals, as JSON.

import { RATINGS } from "../form/rehearsal.js";
import { t } from "../shared/language.js";
import { replaceLoneSurrogates } from "../shared/text.js";
import { ExchangeError, foundText, isQuestionId, withoutMark } from "./exchange.js";
import { readMoment } from "./moments.js";

const FORMAT = "prepkit-answers";
const FORMAT_VERSION = 1;
const LATEST_VERSION = 2; // has `texts` besides, which a site doesn't keep
const BESIDE = {
  story: t("stories"),
  mock: t("mock interviews"),
  debrief: t("debriefs"),
  job: t("a job description"),
};
const REVISION = ["revision", "text", "saved_at", "origin"];
const REVIEW = ["question", "rating", "seconds", "reviewed_at"];

// ---- writing

const pick = (names) => (record) => Object.fromEntries(names.map((name) => [name, record[name]]));

// `hand_in` says whose answers a file has that is handed in to a coach; see html_form/hand_in.js.
export const toJson = ({ answers, reviews, hand_in }) => {
  const written = (value) => (typeof value === "string" ? value : value.map(pick(REVISION)));
  const fieldsOf = (fields) => Object.fromEntries([...fields].map(([name, value]) => [name, written(value)]));
  const document = {
    format: FORMAT,
    version: FORMAT_VERSION,
    ...(hand_in && { hand_in }),
    answers: Object.fromEntries([...answers].map(([question, fields]) => [question, fieldsOf(fields)])),
    reviews: reviews.map(pick(REVIEW)),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
};

// ---- reading

const A_MOMENT = t("a time with its zone, such as 2026-01-31T09:30:00+00:00");
const isText = (value) => typeof value === "string";
const isCount = (value, least) => Number.isSafeInteger(value) && value >= least;

// How each value of a revision or a review is read (null if it is wrong), and what would be right.
const READERS = {
  question: [
    (value) => (isText(value) && isQuestionId(value) ? value : null),
    t("the id of a question, such as technical-leadership/06"),
  ],
  text: [(value) => (isText(value) ? replaceLoneSurrogates(value) : null), t("a text")],
  origin: [
    (value) => (isText(value) && value.trim() ? replaceLoneSurrogates(value.trim()) : null),
    t("where the text came from, such as form"),
  ],
  revision: [(value) => (isCount(value, 1) ? value : null), t("a whole number from 1")],
  seconds: [(value) => (isCount(value, 0) ? value : null), t("a whole number of seconds")],
  rating: [(value) => (RATINGS.includes(value) ? value : null), t("one of {names}", { names: RATINGS.join(", ") })],
  saved_at: [readMoment, A_MOMENT],
  reviewed_at: [readMoment, A_MOMENT],
};

// Names that an object has more than once: JSON.parse silently keeps only the last.
const repeatedNames = (source) => {
  const problems = [];
  const open = []; // the objects and lists around the current place, outermost first
  let text = "";
  const named = () => {
    const inside = open.at(-1);
    inside.name = JSON.parse(text);
    const place = open.slice(0, -1).map(({ name }) => name).filter(Boolean).join(", ");
    if (inside.names.has(inside.name)) {
      problems.push(`${place ? `${place}: ` : ""}${t("{name} appears twice; keep one", { name: text })}`);
    }
    inside.names.add(inside.name);
  };
  for (const [token] of source.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs)) {
    if (token === "{" || token === "[") open.push({ names: new Set(), name: "" });
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") named();
    else text = token;
  }
  return problems;
};

// Reads values, and collects what is wrong with them.
class Reader {
  constructor(fields) {
    this.fields = fields; // the names that a field may have
    this.problems = [];
  }

  add(place, problem) {
    this.problems.push(`${place ? `${place}: ` : ""}${problem}`);
  }

  addFound(place, wanted, value) {
    this.add(place, t("expected {wanted}, found {found}", { wanted, found: foundText(value) }));
  }

  object(value, place) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
    this.addFound(place, t("an object"), value);
    return {};
  }

  list(value, place) {
    if (Array.isArray(value)) return value;
    this.addFound(place, t("a list"), value);
    return [];
  }

  only(found, known, place) {
    for (const name of Object.keys(found)) {
      if (known.includes(name)) continue;
      this.add(place, t("{name} is not known here; expected {names}", { name: foundText(name), names: known.join(", ") }));
    }
  }

  record(item, names, place) {
    const before = this.problems.length;
    const values = this.object(item, place);
    this.only(values, names, place);
    const record = {};
    for (const name of names) {
      const [read, wanted] = READERS[name];
      record[name] = read(values[name]);
      if (record[name] === null) this.addFound(`${place}.${name}`, wanted, values[name]);
    }
    return this.problems.length === before ? record : null;
  }

  field(value, place) {
    if (isText(value)) return replaceLoneSurrogates(value);
    if (!Array.isArray(value) || !value.length) {
      this.addFound(place, t("a text or a list of revisions"), value);
      return "";
    }
    const history = [];
    value.forEach((item, index) => {
      const here = `${place}[${index}]`;
      const record = this.record(item, REVISION, here);
      if (!record) return;
      const before = history.at(-1)?.revision ?? 0;
      if (record.revision <= before) {
        this.addFound(`${here}.revision`, t("more than {number}", { number: before }), record.revision);
      }
      history.push(record);
    });
    return history;
  }

  answers(found) {
    const read = new Map();
    for (const [question, values] of Object.entries(this.object(found, "answers"))) {
      const place = `answers[${foundText(question)}]`;
      if (!isQuestionId(question)) this.add(place, t("this can't be the id of a question"));
      const fields = this.object(values, place);
      this.only(fields, this.fields, place);
      const known = Object.entries(fields).filter(([name]) => this.fields.includes(name));
      read.set(question, new Map(known.map(([name, value]) => [name, this.field(value, `${place}.${name}`)])));
    }
    return read;
  }

  head({ format, version }) {
    if (format !== FORMAT) this.addFound("format", `"${FORMAT}"`, format);
    if (Number.isInteger(version) && version > LATEST_VERSION) {
      // Other problems would mean nothing: this site doesn't know the newer format.
      throw new ExchangeError([t("version: {version} is from a newer prepkit than this site knows", { version })]);
    }
    if (version === FORMAT_VERSION || version === LATEST_VERSION) return;
    this.addFound("version", t("{one} or {other}", { one: FORMAT_VERSION, other: LATEST_VERSION }), version);
  }

  raiseAny() {
    if (this.problems.length) throw new ExchangeError(this.problems);
  }
}

const parsed = (source) => {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new ExchangeError([t("not JSON: {problem}", { problem: error.message })]);
  }
};

export const fromJson = (text, forms) => {
  const source = withoutMark(text);
  const reader = new Reader(forms.fields);
  const { hand_in = null, ...document } = reader.object(parsed(source), "");
  reader.raiseAny();
  reader.head(document);
  reader.problems.push(...repeatedNames(source));
  reader.only(document, ["format", "version", "answers", "reviews", "texts"], "");
  const answers = reader.answers(document.answers);
  const reviews = reader
    .list(document.reviews ?? [], "reviews")
    .map((item, index) => reader.record(item, REVIEW, `reviews[${index}]`));
  const beside = reader.object(document.texts ?? {}, "texts");
  reader.raiseAny();
  const unread = Object.keys(BESIDE).filter((kind) => Object.keys(beside[kind] ?? {}).length);
  return { answers, reviews, ...(hand_in && { hand_in }), unread: unread.map((kind) => BESIDE[kind]) };
};
