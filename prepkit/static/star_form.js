// The STAR form: one component for notebooks and for static pages.
//
// It talks to its host only through `model` (get, on, off, send); form/form.js lists the messages. The
// model's `question` has everything that is shown, in `sections`; the shape of a section decides its
// layout. The section of shape `boxes` has the parts of the answer: {name, title, prompt, words}, where
// `words` are the fewest and most that are usual.
//
// A page that has its own heading, neighbours and sections sets `embedded`: then the form shows only
// what is for writing and practising. `heading` is the level of its sections' headings, 3 if it isn't
// given; `words` replaces some of HOST_WORDS. With `opens`, it shows the questions that are opened on its
// page, such as by a link in a table.
//
// A text that was typed into a box is never lost: each input event writes a draft to the browser's
// storage, and the draft is removed only when the host says that exactly this text is stored.

import { onChange } from "./shared/changes.js";
import { element } from "./shared/dom.js";
import { partsOf } from "./shared/fields.js";
import { withHearing } from "./shared/hearing.js";
import { countUp, newId } from "./shared/ids.js";
import { hideKeys } from "./shared/keys.js";
import { t } from "./shared/language.js";
import { openForms } from "./shared/open_forms.js";
import { takeQuestions, takeWaitingQuestions } from "./shared/open_question.js";
import { Begin } from "./form/begin.js";
import { Form } from "./form/form.js";
import { askedBefore } from "./form/asked.js";
import { header, neighbours } from "./form/header.js";
import { keyPoints } from "./form/key_points.js";
import { OtherDrafts } from "./form/other_drafts.js";
import { answerPart } from "./form/part.js";
import { Practice } from "./form/practice.js";
import { Rehearsal } from "./form/rehearsal.js";
import { rescueKeys } from "./form/rescue.js";
import { section } from "./form/sections.js";
import { shapedSection } from "./form/shapes.js";
import { KEYS, shortcuts } from "./form/shortcuts.js";
import { statusBar } from "./form/status_bar.js";
import { tellings } from "./form/tellings.js";

// Listens until the returned function is called. `target` has the methods of an element or a model.
const listenAll = (listeners) => {
  const how = (target) => (target.addEventListener ? ["addEventListener", "removeEventListener"] : ["on", "off"]);
  for (const [target, name, handler] of listeners) target[how(target)[0]](name, handler);
  return () => {
    for (const [target, name, handler] of listeners) target[how(target)[1]](name, handler);
  };
};

// Everything in the form, from top to bottom.
const contentOf = (form, rehearsal, remarksOn) => {
  const { embedded, question } = form;
  const { sections } = question;
  const bar = statusBar(form);
  const above = sections
    .filter(({ beside }) => beside)
    .map((one) => (one.shape === "ticks" ? keyPoints(form, one) : shapedSection(form, one)));
  const at = sections.findIndex(({ shape }) => shape === "boxes");
  const parts = partsOf(question).map((part) => answerPart(form, part, ...remarksOn(form, part.name)));
  const before = sections.slice(0, at).filter(({ beside }) => !beside);
  const after = sections.slice(at + 1).filter(({ beside }) => !beside);
  return [
    form.others.attach(form),
    embedded ? null : header(form, before),
    askedBefore(form),
    element("div", { className: "pk-before" }, ...above),
    embedded
      ? section(form, sections[at].title, "pk-parts", ...parts)
      : element("div", { className: "pk-parts" }, new Begin(form).node, ...remarksOn(form, ""), ...parts),
    form.readOnly || form.model.get("rehearses") === false ? null : rehearsal.section(),
    ...after.map((one) => (one.shape === "tellings" ? tellings(form, one) : shapedSection(form, one))),
    embedded ? null : element("div", { className: "pk-end" }, neighbours(form, "Questions, at the end")),
    bar,
  ].filter(Boolean);
};

// Follows what happens to the form's page and model, until the returned function is called.
const follow = (form, practice) => {
  const { model, root } = form;
  const touch = () => practice.touch();
  const look = () => {
    if (document.visibilityState === "hidden") {
      form.sendAll();
      practice.leave();
    } else if (!form.loading) form.load(); // another window may have saved something
  };
  const leave = (event) => {
    form.sendAll();
    if (form.drafts.failed && form.fields.some((field) => field.dirty)) event.preventDefault();
  };
  const stopHearing = onChange((what) => form.toldChange(what));
  const stopListening = listenAll([
    [root, "keydown", shortcuts(form)],
    [root, "keydown", touch],
    [root, "pointerdown", touch],
    [window, "storage", (event) => form.draftGone(event)],
    [window, "focus", look],
    [window, "beforeunload", leave],
    [document, "visibilitychange", look],
    [model, "msg:custom", (message) => form.receive(message)],
    [model, "change:level", () => form.showLevel?.()],
    [model, "change:practice_log", () => practice.follow()],
  ]);
  return () => {
    stopHearing();
    stopListening();
  };
};

const focusQuestion = (root) => {
  root.scrollIntoView({ block: "start" });
  root.querySelector(".pk-question").focus({ preventScroll: true });
};

// The form of the model's current question; `moved` is whether the candidate chose that question here.
const show = (model, root, view, moved) => {
  const form = new Form(model, root, view);
  const prefix = `pk-${newId()}`;
  form.id = (name) => `${prefix}-${name}`;
  const practice = new Practice(form);
  const rehearsal = new Rehearsal(form);
  if (form.embedded) root.setAttribute("aria-label", form.question.label ?? t("Practise this question"));
  else root.setAttribute("aria-labelledby", form.id("question"));
  root.classList.toggle("pk-embedded", form.embedded);
  if (!form.embedded) hideKeys(root, "all"); // a page of the site has shortcuts that work here, too
  root.replaceChildren(...contentOf(form, rehearsal, view.remarksOn));
  const unfollow = follow(form, practice);
  for (const field of form.fields) field.box.lock(true); // until the stored text is there
  if (form.readOnly) for (const tick of root.querySelectorAll(".pk-tick")) tick.disabled = true;
  form.load();
  practice.follow();
  form.recount();
  form.refresh();
  if (moved) focusQuestion(root);
  const close = () => {
    form.close();
    rehearsal.close();
    practice.leave();
    practice.stop();
    unfollow();
  };
  return { form, close };
};

// `remarksOn` returns what is shown below a part of the answer, by its name, and above them all for "".
export function render({ model, el, remarksOn = () => [] }) {
  // Shared by the forms of all questions shown in this view: the host's answers may come after the
  // candidate has moved on. `flights` are saves without an answer yet, by number: {question, field, text}.
  const view = { id: newId(), numbers: countUp(), flights: new Map(), others: new OtherDrafts(), remarksOn };
  const root = element("section", { className: "pk-form", tabindex: "-1", "aria-keyshortcuts": KEYS });
  el.classList.add("pk-host");
  el.append(root);
  let shown;
  const entry = {
    view: view.id,
    get workbook() {
      return model.get("workbook");
    },
    get fields() {
      return shown.form.fields;
    },
    get question() {
      return shown.form.question.id;
    },
    flush: () => shown.form.flush(),
  };
  openForms().add(entry);
  shown = show(model, root, view, false);
  const leaveKeys = rescueKeys(root);
  const take = (question) => {
    if (question === entry.question) focusQuestion(root);
    else shown.form.open(question);
  };
  const stops = model.get("opens") ? [takeQuestions(root, take), takeWaitingQuestions(root, take)] : [];
  const onquestion = () => {
    const { moving } = shown.form;
    shown.close();
    shown = show(model, root, view, moving);
  };
  model.on("change:question", onquestion);
  model.on("change:read_only", onquestion);
  return () => {
    model.off("change:question", onquestion);
    model.off("change:read_only", onquestion);
    for (const stop of stops) stop();
    shown.close();
    view.others.stop();
    leaveKeys();
    openForms().delete(entry);
  };
}

// For a widget with a `render` of its own that shows a form inside it.
export const renderForm = render;

export default withHearing({ render });
