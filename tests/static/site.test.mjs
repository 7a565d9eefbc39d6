import assert from "node:assert/strict";
import { test } from "node:test";

import { fromJson, toJson } from "../../prepkit/static/site/exchange_json.js";
import { fromMarkdown, toMarkdown } from "../../prepkit/static/site/exchange_markdown.js";
import { Forms } from "../../prepkit/static/site/forms.js";
import { compareMoments, momentOf, readMoment } from "../../prepkit/static/site/moments.js";

const forms = new Forms({
  walkthrough: [
    { name: "context", title: "Context", words: [4, 9] },
    { name: "outcome", title: "Outcome", words: [3, 9] },
  ],
  introduction: [
    { name: "now", title: "Now", words: [4, 9] },
    { name: "next", title: "Next", words: [4, 9] },
    { name: "outcome", title: "Outcome", words: [4, 9] },
  ],
}, { untouched: "Not started", started: "In progress", complete: "Complete" });

const texts = (fields) => new Map(Object.entries(fields).map(([name, text]) => [name, { text }]));

test("an answer is complete when every part of its own kind has its least number of words", () => {
  const states = (fields) => ["walkthrough", "introduction", undefined].map((kind) => forms.stateOf(texts(fields), kind));
  assert.deepEqual(states({}), ["untouched", "untouched", "untouched"]);
  assert.deepEqual(states({ key_points: "a" }), ["untouched", "untouched", "untouched"]);
  assert.deepEqual(states({ context: "a", outcome: " " }), ["started", "untouched", "started"]);
  assert.deepEqual(states({ context: "a", outcome: "b c" }), ["started", "started", "started"]);
  assert.deepEqual(states({ context: "–", outcome: "b c" }), ["started", "started", "started"]);
  assert.deepEqual(states({ context: "a b", outcome: "c d" }), ["complete", "started", "complete"]);
});

test("a question whose answer isn't started has no mark in a list", () => {
  const marks = ["untouched", "started", "complete"].map((state) => forms.markOf(state));
  assert.deepEqual(marks, ["", "In progress", "Complete"]);
});

test("all fields are in the order of the forms, those of an answer in that of its own", () => {
  assert.deepEqual(forms.fields, ["context", "outcome", "now", "next", "key_points"]);
  assert.deepEqual(forms.inOrder(["key_points", "outcome", "now"]), ["now", "outcome", "key_points"]);
  assert.deepEqual(forms.inOrder(["now", "outcome", "context"]), ["context", "outcome", "now"]);
  assert.equal(forms.title("key_points"), "Key points");
  assert.equal(forms.field("Key points"), "key_points");
});

const revision = (number, text) => ({ revision: number, text, saved_at: "2026-01-31T09:30:00Z", origin: "form" });
const kept = {
  answers: new Map([["craft/01", new Map([["context", [revision(1, "One"), revision(2, "One\n\n> two")]]])]]),
  reviews: [{ question: "craft/01", rating: "good", seconds: 90, reviewed_at: "2026-01-31T09:30:00.001234Z" }],
};

test("answers come back from JSON as they went in", () => {
  assert.deepEqual(fromJson(toJson(kept), forms), { ...kept, unread: [] });
});

test("current texts come back from Markdown, whatever they look like", () => {
  const { answers, reviews } = fromMarkdown(toMarkdown(kept, forms, new Map([["craft/01", "How?"]])), forms);
  assert.deepEqual([...answers.get("craft/01")], [["context", "One\n\n> two"]]);
  assert.deepEqual(reviews, []);
});

const TITLED = "# Answers\n\n## How did it go?\n\nQuestion: craft/01\n\n### Context\n\n> One\n";

test("Markdown has the questions as headings, and the id of one that isn't on the site", () => {
  const answers = new Map(["craft/01", "gone/02"].map((id) => [id, new Map([["context", "One"]])]));
  const page = toMarkdown({ answers }, forms, new Map([["craft/01", "How did \n it go?"], ["craft/03", "Why?"]]));
  const gone = "## gone/02\n\nQuestion: gone/02\n\n### Context\n\n> One\n";
  assert.equal(page, `${TITLED}\n${gone}`);
});

test("a Markdown file in which the questions are the headings is read by their ids", () => {
  const { answers } = fromMarkdown(`${TITLED}\n## How did it go?\n\nQuestion: craft/02\n\n### Now\n\n> Two\n`, forms);
  assert.deepEqual([...answers].map(([question, fields]) => [question, ...fields]), [
    ["craft/01", ["context", "One"]],
    ["craft/02", ["now", "Two"]],
  ]);
});

test("stories and debriefs below the answers are there to read, and aren't imported", () => {
  for (const heading of ["# Stories", "# Debriefs"]) {
    const page = `${TITLED}\n${heading}\n\n## Amazon\n\nHow it went: Stumbled\n`;
    const { answers, unread } = fromMarkdown(page, forms);
    assert.deepEqual(answers, fromMarkdown(TITLED, forms).answers);
    assert.equal(unread.length, 1);
    assert.deepEqual(fromMarkdown(page.replaceAll("\n", "\r\n"), forms), { answers, reviews: [], unread });
  }
});

test("a heading without an id is told of if others have one", () => {
  assert.deepEqual(problems(() => fromMarkdown(`${TITLED}## craft/02\n## Why?\nQuestion:\n`, forms)), [
    "line 10: the question's id is missing below this heading: add a line such as 'Question: technical-leadership/06'",
    'line 11: expected the id of a question, found "Question: "',
  ]);
});

const problems = (read) => {
  try {
    read();
  } catch (error) {
    return error.problems;
  }
  return [];
};

test("all that is wrong with a JSON file is told", () => {
  const file = {
    format: "prepkit-answers",
    version: 1,
    answers: { "craft/01": { plot: "a", context: [{ ...revision(1, "a"), saved_at: "today" }] } },
    more: 1,
  };
  assert.deepEqual(problems(() => fromJson(JSON.stringify(file), forms)), [
    '"more" is not known here; expected format, version, answers, reviews, texts',
    'answers["craft/01"]: "plot" is not known here; expected context, outcome, now, next, key_points',
    'answers["craft/01"].context[0].saved_at: expected a time with its zone, such as 2026-01-31T09:30:00+00:00, found "today"',
  ]);
  assert.deepEqual(problems(() => fromJson('{"version": 3}', forms)), [
    "version: 3 is from a newer prepkit than this site knows",
  ]);
});

test("answers are read from a file that has stories, too, and it is told what else is in it", () => {
  const [answers, revisions] = [{ "craft/01": { now: "x" } }, [revision(1, "a")]];
  const texts = { story: { s1: { title: revisions } }, telling: { s1: { "craft/01": revisions } }, debrief: {} };
  const file = JSON.stringify({ format: "prepkit-answers", version: 2, answers, texts });
  const read = fromJson(file, forms);
  assert.deepEqual(read.answers, new Map([["craft/01", new Map([["now", "x"]])]]));
  assert.deepEqual(read.unread, ["stories"]);
  assert.deepEqual(fromMarkdown(`${TITLED}\n# Stories\n\n## One\n`, forms).unread, ["stories"]);
});

test("a name that an object has twice is told of", () => {
  const text = '{"format":"prepkit-answers","version":1,"answers":{"a/1":{"now":"x","now":"y"}}}';
  assert.deepEqual(problems(() => fromJson(text, forms)), ['answers, a/1: "now" appears twice; keep one']);
});

test("all that is wrong with a Markdown file is told, with its line", () => {
  const text = "# Answers\n> text\n## craft/01\n### Plot\n> a\n### Now\nb\n### Now\n## craft/01\n";
  assert.deepEqual(problems(() => fromMarkdown(text, forms)), [
    "line 2: a text needs a heading, such as '### Context'",
    "line 4: \"### Plot\" is not a part of an answer; examples are '### Context' and '### Outcome'",
    "line 7: each line of a text starts with '> ', found \"b\"",
    "line 8: Now appears twice in this answer; keep one",
    "line 9: craft/01 appears twice; merge its sections",
  ]);
});

test("a time with a zone is written in UTC, and what is none is refused", () => {
  assert.equal(readMoment("2026-01-31 10:30+01:00"), "2026-01-31T09:30:00Z");
  assert.equal(readMoment("2026-01-31T09:30:00,5Z"), "2026-01-31T09:30:00.500000Z");
  assert.deepEqual(["2026-02-30T09:30Z", "2026-01-31T09:30", 5, null].map(readMoment), [null, null, null, null]);
  assert.equal(momentOf(new Date(0)), "1970-01-01T00:00:00Z");
});

test("times are sorted by time, with parts of seconds", () => {
  const times = ["2026-01-31T09:30:00.5Z", "2026-01-31T09:30:00Z"];
  assert.deepEqual(times.sort(compareMoments), ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.5Z"]);
});
