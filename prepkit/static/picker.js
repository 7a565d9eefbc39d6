// The list of questions above the form of the one that is open.
//
// Its host has `current`, the id of the open question, and `chosen`, what is chosen in the filters, as state
// that both sides set. The rest goes in messages: asked to `load`, the host sends {type: "lists", …}, with the
// questions and what can be chosen, once, and {type: "progress", progress, error}, with each question's status
// and due day, again whenever they are asked for with `refresh` or have changed.

import { element } from "./shared/dom.js";
import { onChange } from "./shared/changes.js";
import { withHearing } from "./shared/hearing.js";
import { newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { openQuestion } from "./shared/open_question.js";
import { ListView } from "./picker/view.js";

const QUIET = 500; // milliseconds in which changes are gathered

export function render({ model, el }) {
  const root = element("section", { className: "pk-picker", "aria-label": "Questions" });
  const trouble = element("p", { className: "pk-trouble", role: "status" });
  el.classList.add("pk-picker-host");
  el.append(root);
  keepKeys(root);
  let view = null;

  const showLists = (lists) => {
    if (view) return;
    view = new ListView(`pk-${newId()}`, lists, model.get("chosen"), {
      onchoose: (question) => openQuestion(question, root),
      onpick: (chosen) => {
        model.set("chosen", chosen);
        model.save_changes();
      },
    });
    root.replaceChildren(...view.nodes, trouble);
    view.setCurrent(model.get("current"));
    if (lists.first) view.show();
  };
  const receive = (message) => {
    if (message.type === "lists") showLists(message);
    if (message.type !== "progress" || !view) return;
    trouble.textContent = message.error;
    view.refresh(message.progress);
  };
  const oncurrent = () => view?.setCurrent(model.get("current"));
  const onchosen = () => view?.setChosen(model.get("chosen"));

  let timer;
  const stop = onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => model.send({ type: "refresh" }), QUIET);
  });
  model.on("msg:custom", receive);
  model.on("change:current", oncurrent);
  model.on("change:chosen", onchosen);
  model.send({ type: "load" });
  return () => {
    stop();
    clearTimeout(timer);
    model.off("msg:custom", receive);
    model.off("change:current", oncurrent);
    model.off("change:chosen", onchosen);
  };
}

export default withHearing({ render });
