import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../../prepkit/static/form/remarks.js";

// [text, quote, start, place]: tests/test_student_feedback.py has the same for Python.
const CASES = JSON.parse(
  await import("node:fs").then(({ readFileSync }) => readFileSync(new URL("../data/places.json", import.meta.url), "utf-8")),
);

for (const [text, quote, start, place] of CASES) {
  test(`the place of ${JSON.stringify(quote)} from ${start} in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(placeOf(text, quote, start), place);
  });
}
