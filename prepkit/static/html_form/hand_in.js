// What a student hands in: a file of answers that says whose they are. Pure.
//
// `about` is {student_id, questions, version, run, signature}, as prepkit/packets/html_form.py has put it into the
// page. It goes into the file unchanged, as `hand_in`: the signature in it is over the student, the questions
// and the run.

import { ExchangeError } from "../site/exchange.js";
import { toJson } from "../site/exchange_json.js";
import { replaceLoneSurrogates } from "../shared/text.js";

const SETTLED = 10000; // ms that a version stood, as in prepkit/widgets/hand_in.py

const at = ({ saved_at }) => Date.parse(saved_at);

// The versions that stood for a while, those that were handed in before, and the newest. All others would
// make a file of megabytes: one is stored at each pause in typing. `sent` are the times of earlier hand-ins.
export const settled = (history, sent = []) =>
  history.filter((past, index) => {
    const next = history[index + 1];
    if (!next || at(next) - at(past) >= SETTLED) return true;
    return sent.some((moment) => at(past) <= Date.parse(moment) && Date.parse(moment) < at(next));
  });

// A history with what is in a box after it: a text that couldn't be stored is handed in all the same.
const withBox = (history, text, now) => {
  const whole = replaceLoneSurrogates(text);
  if (whole === (history.at(-1)?.text ?? "")) return history;
  const revision = (history.at(-1)?.revision ?? 0) + 1;
  return [...history, { revision, text: whole, saved_at: now, origin: "form" }];
};

// The file. `stored` is what the browser has, as BrowserStore exports it; `boxes` are {question, field, text} of
// every box on the page; `sent` are the times of earlier hand-ins, `now` is the time of this one.
export const handInText = (about, { stored, boxes, sent, now }) => {
  const answers = new Map();
  for (const question of about.questions) {
    const histories = [...(stored.answers.get(question) ?? [])];
    const fields = new Map(histories.map(([name, history]) => [name, settled(history, sent)]));
    for (const { field, text } of boxes.filter((box) => box.question === question)) {
      fields.set(field, withBox(fields.get(field) ?? [], text, now));
    }
    const written = [...fields].filter(([, history]) => history.length);
    if (written.length) answers.set(question, new Map(written));
  }
  const reviews = stored.reviews.filter(({ question }) => about.questions.includes(question));
  return toJson({ answers, reviews, hand_in: about });
};

// Of a file that was read, what belongs on this page; `left` is how many other answers are in it.
export const ownAnswers = (about, { answers, reviews, hand_in }) => {
  const owner = hand_in?.student_id;
  if (owner !== undefined && owner !== about.student_id) {
    throw new ExchangeError([`it has the answers of ${owner}, and this page is for ${about.student_id}`]);
  }
  const isOurs = (question) => about.questions.includes(question);
  const own = new Map([...answers].filter(([question]) => isOurs(question)));
  return {
    answers: own,
    reviews: reviews.filter(({ question }) => isOurs(question)),
    left: answers.size - own.size,
  };
};
