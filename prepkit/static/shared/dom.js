// Elements of a page. Text goes in as text nodes, so none of it is ever read as HTML.

// An attribute that is undefined, null or false is left out; `on…` is a listener.
export const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

export const button = (label, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, label);

// The value of a script element that holds JSON; null where there is none.
export const readJson = (selector, within = document) =>
  JSON.parse(within.querySelector(selector)?.textContent ?? "null");
