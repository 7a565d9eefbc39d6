// The current answers as Markdown, to read and print: the questions are headings, with their ids
// below, and so are the fields. A text is a block quote, so that nothing in it can be taken for a
// heading. In files of before, the headings are the ids.

import { t } from "../shared/language.js";
import { replaceLoneSurrogates } from "../shared/text.js";
import { currentText, ExchangeError, foundText, isQuestionId, withoutMark } from "./exchange.js";

const ID = "Question:";
const TO_READ_ONLY = { "# Stories": t("stories"), "# Debriefs": t("debriefs") }; // headings that end what is read

// `titles` is a Map from ids to the questions themselves.
export const toMarkdown = ({ answers }, forms, titles) => {
  const lines = ["# Answers", ""];
  for (const [question, fields] of answers) {
    const title = (titles.get(question) ?? "").trim().replace(/\s+/gu, " ");
    lines.push(`## ${title || question}`, "", `${ID} ${question}`, "");
    for (const [name, value] of fields) {
      const quote = currentText(value).split("\n").map((line) => (line ? `> ${line}` : ">"));
      lines.push(`### ${forms.title(name)}`, "", ...quote, "");
    }
  }
  return lines.join("\n");
};

// The lines with ids: for the number of a heading, that of its line, and the id.
const idsBelowHeadings = (lines) => {
  const found = new Map();
  let heading = 0;
  lines.forEach((line, index) => {
    if (heading && line.startsWith(ID)) found.set(heading, { number: index + 1, question: line.slice(ID.length).trim() });
    if (line.trim()) heading = line.startsWith("## ") ? index + 1 : 0;
  });
  return found;
};

// Reads line by line. Each method returns what is wrong with its line, or null.
class Reader {
  constructor(forms, ids) {
    this.ids = ids;
    this.readAhead = new Set([...ids.values()].map(({ number }) => number));
    this.forms = forms;
    this.titles = forms.fields.map((name) => forms.title(name));
    this.answers = new Map();
    this.fields = new Map(); // of the question that is being read: lines by field
    this.quote = null; // the lines of the field that is being read; null before its heading
  }

  read(line, number) {
    if (line.startsWith("### ")) return this.enter(line);
    if (line.startsWith("## ")) return this.begin(line, number);
    if (this.readAhead.has(number)) return null;
    if (line === ">" || line.startsWith("> ")) return this.add(line);
    return line.trim() ? t("each line of a text starts with '> ', found {found}", { found: foundText(line) }) : null;
  }

  begin(line, number) {
    this.fields = new Map();
    this.quote = null;
    if (this.ids.size && !this.ids.has(number)) {
      return t("the question's id is missing below this heading: add a line such as '{example}'", {
        example: `${ID} technical-leadership/06`,
      });
    }
    const { question } = this.ids.get(number) ?? { question: line.slice(3).trim() };
    if (this.answers.has(question)) return t("{name} appears twice; merge its sections", { name: question });
    this.answers.set(question, this.fields);
    const found = this.ids.size ? `${ID} ${question}` : line;
    return isQuestionId(question) ? null : t("expected the id of a question, found {found}", { found: foundText(found) });
  }

  enter(line) {
    const title = line.slice(4).trim();
    const name = this.forms.field(title);
    this.quote = [];
    if (!name) {
      const [one, other] = this.titles;
      return t("{name} is not a part of an answer; examples are '### {one}' and '### {other}'", {
        name: foundText(line),
        one,
        other,
      });
    }
    if (this.fields.has(name)) return t("{name} appears twice in this answer; keep one", { name: title });
    this.fields.set(name, this.quote);
    return null;
  }

  add(line) {
    if (this.quote === null) return t("a text needs a heading, such as '### {title}'", { title: this.titles[0] });
    this.quote.push(line.slice(2));
    return null;
  }
}

const unreadIn = (text) => {
  const lines = new Set(text.split("\n").map((line) => line.trimEnd()));
  return Object.entries(TO_READ_ONLY).filter(([heading]) => lines.has(heading)).map(([, noun]) => noun);
};

const linesOf = (text) => {
  const lines = withoutMark(text).split("\n");
  const end = lines.findIndex((line) => line.trimEnd() in TO_READ_ONLY);
  const answers = end < 0 ? lines : lines.slice(0, end);
  if (!lines[0].endsWith("\r")) return answers;
  return answers.map((line) => line.replace(/\r$/, "")); // an editor's line ends
};

export const fromMarkdown = (text, forms) => {
  const lines = linesOf(text);
  const [first, ...rest] = lines;
  const problems = [];
  if (first.trimEnd() !== "# Answers") {
    const problem = t("expected {wanted}, found {found}", { wanted: "'# Answers'", found: foundText(first) });
    problems.push(t("line {number}: {problem}", { number: 1, problem }));
  }
  const reader = new Reader(forms, idsBelowHeadings(lines));
  rest.forEach((line, index) => {
    const problem = reader.read(line, index + 2);
    if (problem) problems.push(t("line {number}: {problem}", { number: index + 2, problem }));
  });
  if (problems.length) throw new ExchangeError(problems);
  const joined = (quotes) =>
    new Map([...quotes].map(([name, quoted]) => [name, replaceLoneSurrogates(quoted.join("\n"))]));
  return {
    answers: new Map([...reader.answers].map(([question, quotes]) => [question, joined(quotes)])),
    reviews: [],
    unread: unreadIn(text),
  };
};
