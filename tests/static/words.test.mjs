import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { countWords, durationRange, leastWords, spokenGoal, spokenTime } from "../../prepkit/static/shared/words.js";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const { counts, times, ranges, leasts } = JSON.parse(read("../data/words.json")); // tests/test_words.py reads the same

test("words are counted as in Python", () => {
  assert.deepEqual(counts.map(([text]) => [text, countWords(text)]), counts);
});

test("words take as long to say as in Python", () => {
  assert.deepEqual(times.map(([words]) => [words, spokenTime(words)]), times);
  assert.deepEqual(ranges.map(([least, most]) => [least, most, durationRange(spokenGoal(least, most))]), ranges);
});

test("a part counts as written with as few words as in Python", () => {
  assert.deepEqual(leasts.map(([low, high]) => [low, high, leastWords([low, high])]), leasts);
});

// Unicode's own segmentation splits at hyphens, and times and addresses into their parts.
const segmenter = new Intl.Segmenter("en", { granularity: "word" });
const segmented = (text) => {
  const joined = text
    .replace(/https?:\/\/[!-~]+/g, "x")
    .replace(/(?<=[\p{L}\p{N}])-(?=[\p{L}\p{N}])|(?<=\d):(?=\d)/gu, "x");
  return [...segmenter.segment(joined)].filter(({ isWordLike }) => isWordLike).length;
};

test("in the questions, Unicode's segmentation finds the same words", () => {
  const folder = "../../data/questions/";
  const files = readdirSync(new URL(folder, import.meta.url), { recursive: true }).filter((name) => name.endsWith(".md"));
  const lines = files.flatMap((name) => read(folder + name).split("\n"));
  assert.ok(lines.length > 1000);
  for (const line of lines) assert.equal(countWords(line), segmented(line), line);
});
