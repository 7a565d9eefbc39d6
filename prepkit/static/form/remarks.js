// What a coach wrote about the answer: each comment below the part that it is about, with a box for a reply.
//
// A comment is {id, part, quote, start, text, rater}; its reply is a field of the form that has the comment's
// id as its name. So a reply is saved, and kept as a draft, as every part of the answer is.

import { button, element } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { answerPart } from "./part.js";

const SPECIAL = /[.*+?^${}()|[\]\\]/g;

// Where the marked words are in a text now: [start, end], or null if they aren't there any more. Of several
// such places the nearest to `start` counts, and white space doesn't matter. `place_of` in Python is the same.
export const placeOf = (text, quote, start) => {
  const words = quote.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  const pattern = new RegExp(words.map((word) => word.replace(SPECIAL, "\\$&")).join("\\s+"), "gu");
  const found = [...text.matchAll(pattern)].map(({ index, 0: match }) => [index, index + match.length]);
  const far = ([at]) => Math.abs(at - start);
  return found.reduce((best, one) => (best && far(best) <= far(one) ? best : one), null);
};

// The words that a comment is about, which lead to their place in the box.
const quoted = (form, { part, quote, start }) => {
  const area = () => form.root.querySelector(`[data-field="${CSS.escape(part)}"]`);
  const find = () => placeOf(area()?.value ?? "", quote, start);
  const show = () => {
    const place = find();
    if (!place) return;
    area().focus();
    area().setSelectionRange(...place);
  };
  const words = button(`“${quote}”`, show, { className: "pk-quoted", title: t("Show these words in your answer") });
  const gone = element("span", { className: "pk-gone" }, t("These words are no longer in your answer."));
  form.looks.push(() => {
    const isThere = Boolean(find());
    words.disabled = !isThere;
    gone.hidden = isThere || !area()?.value;
  });
  return element("p", { className: "pk-about" }, words, " ", gone);
};

const card = (form, comment) => {
  const { id, number, quote, rater, text } = comment;
  const label = form.id(`remark${number}`);
  const title = t("Your reply to comment {number}", { number });
  const reply = answerPart(form, { name: id, title, prompt: "", line: true });
  form.fields.at(-1).kind = "reply"; // as the notebook carries it
  return element(
    "section",
    { className: "pk-remark", "aria-labelledby": label },
    element(
      "p",
      { className: "pk-remark-head" },
      element("b", { id: label }, t("Comment {number}", { number })),
      ` · ${rater}`,
    ),
    quote ? quoted(form, comment) : null,
    element("p", { className: "pk-remark-text", dir: "auto" }, text),
    reply,
  );
};

// The comments on a part of the answer; with "", those on the whole.
export const remarksOn = (form, name) =>
  (form.question.comments ?? [])
    .map((comment, at) => ({ ...comment, number: at + 1 }))
    .filter(({ part }) => part === name)
    .map((comment) => card(form, comment));
