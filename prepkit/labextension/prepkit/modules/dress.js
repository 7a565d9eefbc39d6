// How a page looks: without its toolbar, and its own cells without what only programmers need. The style
// sheet beside this does the rest.

const STYLES = new URL("dress.css", import.meta.url).href;

// `loaded` is called when it is there: everything may have another size then.
export const loadStyles = (loaded, page = document) => {
  page.head.append(Object.assign(page.createElement("link"), { rel: "stylesheet", href: STYLES, onload: loaded }));
};

// The user's own cells stay as they are in any notebook.
export const dress = ({ panel, own, texts }, isCalm) => {
  panel.toggleClass("prepkit-page", isCalm);
  panel.toolbar.setHidden(isCalm);
  const ours = new Set(isCalm ? [...own, ...texts] : []);
  for (const cell of panel.content.widgets) cell.toggleClass("prepkit-own", ours.has(cell));
};

const MOVES = new Set(["Tab", "Escape"]);

// Whether a key would change the page by accident. In JupyterLab a letter that isn't typed into anything
// is a command: a pressed "d" twice removes a cell, and nobody sees which on a page without frames.
export const isStray = (event, { content }) =>
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !MOVES.has(event.key) &&
  content.mode === "command" &&
  (content.activeCell?.hasClass("prepkit-own") ?? false) &&
  content.activeCell.rendered !== false && // a text that is being edited
  content.node.contains(event.target) &&
  !event.target.closest(".jp-OutputArea"); // what is shown there keeps its keys to itself

// `front` returns the panel of the page in front, or null. The browser still scrolls and follows links.
export const stopStrayKeys = (front, page = window) => {
  page.addEventListener(
    "keydown",
    (event) => {
      const panel = front();
      if (panel && isStray(event, panel)) event.stopImmediatePropagation();
    },
    true,
  );
};
