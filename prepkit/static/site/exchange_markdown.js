// The current answers as Markdown, to read and print: a heading for each field, and its text as a
// block quote, so that nothing in it can be taken for a heading.

import { replaceLoneSurrogates } from "../shared/text.js";
import { currentText, ExchangeError, foundText, isQuestionId, withoutMark } from "./exchange.js";

export const toMarkdown = ({ answers }, forms) => {
  const lines = ["# Answers", ""];
  for (const [question, fields] of answers) {
    lines.push(`## ${question}`, "");
    for (const [name, value] of fields) {
      const quote = currentText(value).split("\n").map((line) => (line ? `> ${line}` : ">"));
      lines.push(`### ${forms.title(name)}`, "", ...quote, "");
    }
  }
  return lines.join("\n");
};

// Reads line by line. Each method returns what is wrong with its line, or null.
class Reader {
  constructor(forms) {
    this.forms = forms;
    this.titles = forms.fields.map((name) => forms.title(name));
    this.answers = new Map();
    this.fields = new Map(); // of the question that is being read: lines by field
    this.quote = null; // the lines of the field that is being read; null before its heading
  }

  read(line) {
    if (line.startsWith("### ")) return this.enter(line);
    if (line.startsWith("## ")) return this.begin(line);
    if (line === ">" || line.startsWith("> ")) return this.add(line);
    return line.trim() ? `each line of a text starts with '> ', found ${foundText(line)}` : null;
  }

  begin(line) {
    const question = line.slice(3).trim();
    const twice = this.answers.has(question);
    this.fields = new Map();
    this.quote = null;
    if (twice) return `${question} appears twice; merge its sections`;
    this.answers.set(question, this.fields);
    return isQuestionId(question) ? null : `expected the id of a question, found ${foundText(line)}`;
  }

  enter(line) {
    const title = line.slice(4).trim();
    const name = this.forms.field(title);
    this.quote = [];
    if (!name) {
      const [one, other] = this.titles;
      return `${foundText(line)} is not a part of an answer; examples are '### ${one}' and '### ${other}'`;
    }
    if (this.fields.has(name)) return `${title} appears twice in this answer; keep one`;
    this.fields.set(name, this.quote);
    return null;
  }

  add(line) {
    if (this.quote === null) return `a text needs a heading, such as '### ${this.titles[0]}'`;
    this.quote.push(line.slice(2));
    return null;
  }
}

const linesOf = (text) => {
  const lines = withoutMark(text).split("\n");
  if (!lines[0].endsWith("\r")) return lines;
  return lines.map((line) => line.replace(/\r$/, "")); // an editor's line ends
};

export const fromMarkdown = (text, forms) => {
  const [first, ...rest] = linesOf(text);
  const problems = [];
  if (first.trimEnd() !== "# Answers") problems.push(`line 1: expected '# Answers', found ${foundText(first)}`);
  const reader = new Reader(forms);
  rest.forEach((line, index) => {
    const problem = reader.read(line);
    if (problem) problems.push(`line ${index + 2}: ${problem}`);
  });
  if (problems.length) throw new ExchangeError(problems);
  const joined = (quotes) =>
    new Map([...quotes].map(([name, quoted]) => [name, replaceLoneSurrogates(quoted.join("\n"))]));
  return {
    answers: new Map([...reader.answers].map(([question, quotes]) => [question, joined(quotes)])),
    reviews: [],
  };
};
