// Pieces of the screens: titles, buttons, groups, and a button that asks again before it deletes.

import { link } from "../form/markdown.js";
import { formButton } from "../form/sections.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { t } from "../shared/language.js";

export const strong = (label, onclick, attributes = {}) =>
  formButton(label, onclick, { className: "pk-button pk-strong", ...attributes });

export const actions = (...buttons) => element("div", { className: "pk-choices" }, ...buttons);

// Whether a button does anything now. It keeps the focus: a button that is disabled loses it, and the next keys
// would go to the page around, where they change cells.
export const allow = (node, whether) => node.setAttribute("aria-disabled", String(!whether));

// The title of a screen, which has the focus when the screen comes.
export const title = (...children) => element("h3", { className: "pk-heading pk-state-title", tabindex: "-1" }, ...children);

export const text = (...children) => element("p", { className: "pk-text" }, ...children);
export const soft = (...children) => element("p", { className: "pk-hint" }, ...children);

export const alarm = (message) =>
  message ? element("p", { className: "pk-alarm" }, message) : null;

// Where something is known from: {href, label}.
export const sourceLink = ({ href, label }) => link(href, { "aria-label": t("{label}. Opens in a new tab", { label }) }, label);

// Named controls.
export const group = (name, attributes, ...children) => {
  const id = `pk-${newId()}`;
  return element(
    "div",
    { role: "group", "aria-labelledby": id, ...attributes },
    element("h4", { className: "pk-group-title", id }, name),
    ...children,
  );
};

export const labelled = (label, control, ...more) => {
  const id = `pk-${newId()}`;
  control.id = id;
  return element("div", { className: "pk-choice-field" }, element("label", { for: id }, label), control, ...more);
};

// `options` are [value, name], or [null, name, options] for a group of them.
export const select = (options, value, onchange) => {
  const optionOf = ([key, name, members]) =>
    key === null
      ? element("optgroup", { label: name }, ...members.map(optionOf))
      : element("option", { value: key, selected: key === value }, name);
  const node = element("select", { className: "pk-select", onchange: () => onchange(node.value) }, ...options.map(optionOf));
  return node;
};

export const tick = (label, checked, onchange, attributes = {}) => {
  const id = `pk-${newId()}`;
  const box = element("input", { type: "checkbox", className: "pk-tick", id, checked, ...attributes });
  box.addEventListener("change", () => onchange(box.checked));
  return element("div", { className: "pk-point" }, box, element("label", { for: id }, ...[label].flat()));
};

// A second press, on the button as it is named then, does it.
export const surely = (label, question, work) => {
  let asked = false;
  const back = () => {
    asked = false;
    node.textContent = label;
  };
  const node = formButton(label, () => {
    if (asked) work();
    else {
      asked = true;
      node.textContent = question;
    }
  });
  node.addEventListener("blur", back);
  return node;
};
