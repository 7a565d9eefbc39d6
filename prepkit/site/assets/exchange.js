// Answers as a file: the same JSON and Markdown as prepkit/exchange.py, which describes them.
//
// In between they are {answers, reviews}: `answers` is a Map of questions, each a Map of fields,
// each a current text or a history, oldest first.

const FORMAT = "prepkit-answers";
const FORMAT_VERSION = 1;
const PARTS = ["situation", "task", "action", "result"];
const FIELDS = [...PARTS, "key_points"];
const GRADES = RATINGS.map((label) => label.toLowerCase());

class ExchangeError extends Error {
  constructor(problems) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const currentText = (value) => (typeof value === "string" ? value : value.at(-1).text);

// Half of a surrogate pair can stand in no file.
const wholeCharacters = (text) => text.replace(/\p{Surrogate}/gu, "\ufffd");

const isQuestionId = (text) => /^[^\p{C}\p{Z}]+(?: +[^\p{C}\p{Z}]+)*$/u.test(text);

// ---- JSON -----------------------------------------------------------------------------------

const toJson = ({ answers, reviews }) => {
  const fieldsOf = (fields) =>
    [...fields].map(([name, value]) => [
      name,
      typeof value === "string"
        ? value
        : value.map(({ revision, text, saved_at, origin }) => ({ revision, text, saved_at, origin })),
    ]);
  const document = {
    format: FORMAT,
    version: FORMAT_VERSION,
    answers: Object.fromEntries([...answers].map(([question, fields]) => [question, Object.fromEntries(fieldsOf(fields))])),
    reviews: reviews.map(({ question, rating, seconds, reviewed_at }) => ({ question, rating, seconds, reviewed_at })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
};

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;

// A time in the one way in which prepkit writes it: UTC, and microseconds unless they are 0. It is
// null for what is no time with a zone.
const moment = (value) => {
  const [, date, time, seconds = "00", fraction = "", sign, hours = "0", minutes = "0"] =
    (typeof value === "string" && MOMENT.exec(value)) || [];
  const local = new Date(`${date}T${time}:${seconds}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${date}T${time}`)) return null;
  const shift = (Number(hours) * 60 + Number(minutes)) * 60000;
  const utc = new Date(local.getTime() + (sign === "-" ? shift : -shift)).toISOString();
  const micro = fraction.padEnd(6, "0").slice(0, 6);
  return /^\d{4}-/.test(utc) ? `${utc.slice(0, 19)}${micro === "000000" ? "" : `.${micro}`}Z` : null;
};

// For sorting: "…:00Z" is before "…:00.5Z".
const inOrder = (one, other) => (one.replace("Z", "") < other.replace("Z", "") ? -1 : 1);

const A_MOMENT = "a time with its zone, such as 2026-01-31T09:30:00+00:00";
const isText = (value) => typeof value === "string";
const isCount = (value, least) => Number.isSafeInteger(value) && value >= least;

// How each value of a revision or a review is read, and what would be right.
const READERS = {
  question: [(value) => (isText(value) && isQuestionId(value) ? value : null), "the id of a question, such as technical-leadership/06"],
  text: [(value) => (isText(value) ? wholeCharacters(value) : null), "a text"],
  origin: [(value) => (isText(value) && value.trim() ? wholeCharacters(value.trim()) : null), "where the text came from, such as form"],
  revision: [(value) => (isCount(value, 1) ? value : null), "a whole number from 1"],
  seconds: [(value) => (isCount(value, 0) ? value : null), "a whole number of seconds"],
  rating: [(value) => (GRADES.includes(value) ? value : null), `one of ${GRADES.join(", ")}`],
  saved_at: [moment, A_MOMENT],
  reviewed_at: [moment, A_MOMENT],
};

const shown = (value) => {
  const json = JSON.stringify(value) ?? "null";
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
};

// Names that one object has twice: JSON.parse drops the first of the two without a word.
const repeatedNames = (source) => {
  const problems = [];
  const open = []; // the objects and lists around a place
  let text = "";
  for (const [token] of source.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs)) {
    if (token === "{" || token === "[") open.push({ names: new Set(), name: "" });
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const inside = open.at(-1);
      inside.name = JSON.parse(text);
      const place = open.slice(0, -1).map(({ name }) => name).filter(Boolean).join(", ");
      if (inside.names.has(inside.name)) problems.push(`${place ? `${place}: ` : ""}${text} is there twice; keep one`);
      inside.names.add(inside.name);
    } else text = token;
  }
  return problems;
};

class JsonReader {
  constructor(problems) {
    this.problems = problems;
  }

  object(value, place) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
    this.problems.push(`${place ? `${place}: ` : ""}expected an object, found ${shown(value)}`);
    return {};
  }

  list(value, place) {
    if (Array.isArray(value)) return value;
    this.problems.push(`${place}: expected a list, found ${shown(value)}`);
    return [];
  }

  only(found, known, place) {
    for (const name of Object.keys(found)) {
      if (known.includes(name)) continue;
      this.problems.push(`${place ? `${place}: ` : ""}${shown(name)} is not known here; expected ${known.join(", ")}`);
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
      if (record[name] === null) this.problems.push(`${place}.${name}: expected ${wanted}, found ${shown(values[name])}`);
    }
    return this.problems.length === before ? record : null;
  }

  field(value, place) {
    if (isText(value)) return wholeCharacters(value);
    if (!Array.isArray(value) || !value.length) {
      this.problems.push(`${place}: expected a text or a list of revisions, found ${shown(value)}`);
      return "";
    }
    const history = [];
    value.forEach((item, index) => {
      const here = `${place}[${index}]`;
      const record = this.record(item, ["revision", "text", "saved_at", "origin"], here);
      if (!record) return;
      const before = history.at(-1)?.revision ?? 0;
      if (record.revision <= before) {
        this.problems.push(`${here}.revision: expected more than ${before}, found ${record.revision}`);
      }
      history.push(record);
    });
    return history;
  }

  answers(found) {
    const read = new Map();
    for (const [question, values] of Object.entries(this.object(found, "answers"))) {
      const place = `answers[${shown(question)}]`;
      if (!isQuestionId(question)) this.problems.push(`${place}: this can't be the id of a question`);
      const fields = this.object(values, place);
      this.only(fields, FIELDS, place);
      const known = Object.entries(fields).filter(([name]) => FIELDS.includes(name));
      read.set(question, new Map(known.map(([name, value]) => [name, this.field(value, `${place}.${name}`)])));
    }
    return read;
  }
}

const fromJson = (text) => {
  const source = text.replace(/^\ufeff/, "");
  let found;
  try {
    found = JSON.parse(source);
  } catch (error) {
    throw new ExchangeError([`not JSON: ${error.message}`]);
  }
  const problems = [];
  const reader = new JsonReader(problems);
  const document = reader.object(found, "");
  if (problems.length) throw new ExchangeError(problems);
  const { format, version, answers, reviews = [] } = document;
  if (format !== FORMAT) problems.push(`format: expected "${FORMAT}", found ${shown(format)}`);
  if (Number.isInteger(version) && version > FORMAT_VERSION) {
    // Nothing else that is found wrong would mean anything.
    throw new ExchangeError([`version: ${version} is of a newer prepkit than this site knows`]);
  }
  if (version !== FORMAT_VERSION) problems.push(`version: expected ${FORMAT_VERSION}, found ${shown(version)}`);
  problems.push(...repeatedNames(source));
  reader.only(document, ["format", "version", "answers", "reviews"], "");
  const read = {
    answers: reader.answers(answers),
    reviews: reader
      .list(reviews, "reviews")
      .map((item, index) => reader.record(item, ["question", "rating", "seconds", "reviewed_at"], `reviews[${index}]`)),
  };
  if (problems.length) throw new ExchangeError(problems);
  return read;
};

// ---- Markdown -------------------------------------------------------------------------------

const titleOf = (name) => (name[0].toUpperCase() + name.slice(1)).replace("_", " ");
const FIELD_OF = new Map(FIELDS.map((name) => [titleOf(name), name]));

const toMarkdown = ({ answers }) => {
  const lines = ["# Answers", ""];
  for (const [question, fields] of answers) {
    lines.push(`## ${question}`, "");
    for (const [name, value] of fields) {
      const quote = currentText(value).split("\n").map((line) => (line ? `> ${line}` : ">"));
      lines.push(`### ${titleOf(name)}`, "", ...quote, "");
    }
  }
  return lines.join("\n");
};

const fromMarkdown = (text) => {
  let lines = text.replace(/^\ufeff/, "").split("\n");
  if (lines[0].endsWith("\r")) lines = lines.map((line) => line.replace(/\r$/, "")); // an editor's line ends
  const problems = [];
  if (lines[0].trimEnd() !== "# Answers") problems.push(`line 1: expected '# Answers', found ${shown(lines[0])}`);
  const answers = new Map();
  let fields = new Map();
  let quote = null;
  const enter = (line) => {
    const title = line.slice(4).trim();
    const name = FIELD_OF.get(title);
    quote = [];
    if (!name) return `expected one of ${[...FIELD_OF.keys()].join(", ")}, found ${shown(line)}`;
    if (fields.has(name)) return `${title} is there twice in this answer; keep one`;
    fields.set(name, quote);
    return null;
  };
  const begin = (line) => {
    const question = line.slice(3).trim();
    const twice = answers.has(question);
    fields = new Map();
    quote = null;
    if (!twice) answers.set(question, fields);
    if (twice) return `${question} is there twice; join its sections`;
    return isQuestionId(question) ? null : `expected the id of a question, found ${shown(line)}`;
  };
  const add = (line) => {
    if (quote === null) return "a text needs a heading, such as '### Situation'";
    quote.push(line.slice(2));
    return null;
  };
  const read = (line) => {
    if (line.startsWith("### ")) return enter(line);
    if (line.startsWith("## ")) return begin(line);
    if (line === ">" || line.startsWith("> ")) return add(line);
    return line.trim() ? `a text starts each line with '> ', found ${shown(line)}` : null;
  };
  lines.slice(1).forEach((line, index) => {
    const problem = read(line);
    if (problem) problems.push(`line ${index + 2}: ${problem}`);
  });
  if (problems.length) throw new ExchangeError(problems);
  const joined = (quotes) => new Map([...quotes].map(([name, quoted]) => [name, wholeCharacters(quoted.join("\n"))]));
  return {
    answers: new Map([...answers].map(([question, quotes]) => [question, joined(quotes)])),
    reviews: [],
  };
};
