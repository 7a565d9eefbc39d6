// A job description that somebody pastes, and what to practise for it.
//
// The text goes in messages only. Asked to `load`, the host sends {type: "loaded", text, revision, reading};
// for {type: "save", seq, text, based_on} it sends `saved` with the revision and the reading, `conflict` with the
// stored text, or `error`. Asked to `read`, it sends what it reads in the stored text now.

import { button, element } from "./shared/dom.js";
import { onChange, tellChange } from "./shared/changes.js";
import { withHearing } from "./shared/hearing.js";
import { newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { morph } from "./shared/morph.js";
import { linkQuestions } from "./shared/open_question.js";
import { Keeper, stateText } from "./job/keeper.js";
import { readingView } from "./job/reading.js";

const QUIET = 500; // ms in which changes are gathered

export function render({ model, el }) {
  const view = newId();
  const id = `pk-job-${view}`;
  const send = (message) => {
    try {
      model.send({ ...message, view });
      return true;
    } catch {
      return false;
    }
  };
  const box = element("textarea", { id, className: "pk-box", rows: "8", dir: "auto", spellcheck: "false", placeholder: "Paste the text of the posting here" });
  const state = element("p", { className: "pk-state", role: "status" });
  const choice = element("div", { className: "pk-choice" });
  const results = element("div", { className: "pk-reading" });
  const root = element(
    "div",
    { className: "pk-job" },
    element("label", { className: "pk-label", for: id }, "Job description"),
    box,
    state,
    choice,
    results,
  );
  el.classList.add("pk-job-host");
  el.append(root);
  keepKeys(root);

  let shown = "";
  const showReading = (reading) => {
    const now = JSON.stringify(reading);
    if (now === shown) return;
    shown = now;
    const hadFocus = results.contains(document.activeElement);
    morph(results, element("div", { className: "pk-reading" }, ...readingView(reading)));
    if (hadFocus && !results.contains(document.activeElement)) box.focus(); // or keys would reach the notebook
    linkQuestions(results);
  };
  const settle = (own) => {
    keeper.settle(own);
    box.focus();
  };
  const tell = () => {
    if (box.value !== keeper.text) box.value = keeper.text;
    box.readOnly = keeper.state === "loading"; // what was typed before the text is there would replace it
    const [text, isProblem] = stateText(keeper);
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("pk-bad", isProblem);
    const other = keeper.other && [
      element("div", { className: "pk-text", dir: "auto" }, keeper.other.text),
      button("Keep mine", () => settle(true), { className: "pk-button" }),
      button("Take this one", () => settle(false), { className: "pk-button" }),
    ];
    choice.replaceChildren(...(other ?? []));
    if (!keeper.other && keeper.isStored && !keeper.text) results.replaceChildren();
  };
  const keeper = new Keeper(`prepkit-job:${model.get("workbook")}`, send, tell);

  const receive = (message) => {
    if (message.view !== view) return;
    if (message.type === "loaded") keeper.loaded(message);
    else keeper.receive(message);
    if (message.type === "saved") tellChange({ kind: "job", subject: "job" });
    if (message.reading && (message.type !== "read" || keeper.isStored)) showReading(message.reading);
    if (message.type === "error" && keeper.state === "loading") state.textContent = message.message;
  };
  let timer;
  const stop = onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => send({ type: keeper.isStored ? "load" : "read" }), QUIET);
  });
  box.addEventListener("input", (event) => {
    if (!event.isComposing) keeper.typed(box.value);
  });
  box.addEventListener("compositionend", () => keeper.typed(box.value));
  const leave = () => keeper.state === "typing" && keeper.sendNow();
  window.addEventListener("pagehide", leave);
  model.on("msg:custom", receive);
  tell();
  send({ type: "load" });
  return () => {
    stop();
    clearTimeout(timer);
    keeper.close();
    window.removeEventListener("pagehide", leave);
    model.off("msg:custom", receive);
  };
}

export default withHearing({ render });
