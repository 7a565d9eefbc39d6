// Answers as a file: the same JSON and Markdown, and the same messages, as in
// prepkit/answers/exchange_json.py and exchange_markdown.py, which describe the formats.
//
// In memory they are {answers, reviews}: `answers` is a Map from questions to Maps from fields to
// a current text or a history (oldest first). What was read also has `unread`: what else stands in
// the file, and isn't kept here. Pure.

export class ExchangeError extends Error {
  constructor(problems) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

export const currentText = (value) => (typeof value === "string" ? value : value.at(-1).text);

export const isQuestionId = (text) => /^[^\p{C}\p{Z}]+(?: +[^\p{C}\p{Z}]+)*$/u.test(text);

// What was found, shortened for a message.
export const foundText = (value) => {
  const json = JSON.stringify(value) ?? "null";
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
};

// An editor may have put a byte order mark before the first character.
export const withoutMark = (text) => text.replace(/^\ufeff/, "");
