// Below the forms of a notebook that is handed in: keeps what the notebook carries up to date, saves it, and
// says how things are. See hand_in/keeper.js.
//
// JupyterLab and Notebook let a widget change the open document. In other programs the host updates the
// output, but none of them does that in a document that was closed and opened again.

import { button, element } from "./shared/dom.js";
import { keepKeys } from "./shared/keys.js";
import { Keeper } from "./hand_in/keeper.js";

const keepers = new Map();

function initialize({ model }) {
  const keeper = new Keeper(model);
  keepers.set(keeper.name, keeper);
  return () => {
    keepers.delete(keeper.name);
    keeper.stop();
  };
}

const actionOf = (keeper, model) => {
  if (model.get("read_only")) return button("Edit as this student", () => keeper.edit());
  return keeper.notebook ? button("Save this notebook", () => keeper.save()) : null;
};

function render({ model, el }) {
  const keeper = keepers.get(model.get("name"));
  const note = element("span", { role: "status" }, keeper.note);
  const root = element("div", { className: "pk-hand-in" });
  const show = () => root.replaceChildren(...[actionOf(keeper, model), note].filter(Boolean));
  const onchange = () => {
    show();
    keeper.say(keeper.rest);
  };
  show();
  keepKeys(root);
  el.append(root);
  keeper.notes.add(note);
  keeper.look();
  model.on("change:read_only", onchange);
  return () => {
    model.off("change:read_only", onchange);
    keeper.notes.delete(note);
  };
}

export default { initialize, render };
