// Sections of the form: a heading, and the content below it.

import { button, element } from "../shared/dom.js";

export const formButton = (label, onclick, attributes = {}) =>
  button(label, onclick, { className: "pk-button", ...attributes });

export const hint = (text) => element("p", { className: "pk-hint" }, text);

export const section = (form, title, className, ...children) => {
  const id = form.id(className);
  return element(
    "section",
    { className: `pk-section ${className}`, "aria-labelledby": id },
    element(`h${form.heading}`, { className: "pk-heading", id }, title),
    ...children,
  );
};
