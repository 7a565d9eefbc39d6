// Opens a question from anywhere: a table, the first page, a story.
//
// A form on the same page shows it at once. Otherwise its id waits in the browser's session, and the
// page for writing, which is opened, takes it from there. The scripts of the parts of a page are loaded
// separately, so they know of each other only by events.

import { element } from "./dom.js";

const OPEN = "prepkit:open"; // cancelable; detail: {question, source}. Who shows the question prevents the default.
const WAITING = "prepkit:waiting"; // a question has begun to wait
const KEY = "prepkit.open"; // of the session's storage: the id of the question that waits
const PAGE = "02-answer.ipynb";

const panelOf = (node) => node.closest(".jp-NotebookPanel");
const pageOf = (node) => panelOf(node) ?? node.ownerDocument.body;

// The storage may be turned off in the browser's settings: then the page opens with another question.
const keep = (question) => {
  try {
    sessionStorage.setItem(KEY, question);
  } catch {
    return;
  }
  window.dispatchEvent(new CustomEvent(WAITING));
};

// The id of the question that waits, once; null if none does.
export const takeWaiting = () => {
  try {
    const question = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return question;
  } catch {
    return null;
  }
};

// The path on Jupyter's server of a page beside the one whose address this is: /lab/tree/, the same in a
// workspace, /doc/tree/, or Notebook 7's /notebooks/.
export const pathBeside = (address, page) => {
  const [, path = ""] = /\/(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks)\/(.*)$/.exec(address) ?? [];
  return decodeURIComponent(path.slice(0, path.lastIndexOf("/") + 1)) + page;
};

// Jupyter opens a link with this command itself, without asking, if it stands in a trusted notebook.
const openPage = (source) => {
  const args = JSON.stringify({ path: pathBeside(location.pathname, PAGE) });
  const command = { "data-commandlinker-command": "docmanager:open", "data-commandlinker-args": args };
  const link = element("a", { href: PAGE, hidden: true, ...command });
  source.after(link);
  link.click();
  link.remove();
};

// Shows a question. `source` is the element of the page that was clicked.
export const openQuestion = (question, source) => {
  const detail = { question, source };
  const isTaken = !window.dispatchEvent(new CustomEvent(OPEN, { cancelable: true, detail }));
  if (isTaken) return;
  keep(question);
  openPage(source);
};

// Calls `take(question)` for each question that is opened on the page of `node`, which shows it. Returns a
// function that ends it.
export const takeQuestions = (node, take) => {
  const onopen = (event) => {
    const { question, source } = event.detail;
    if (event.defaultPrevented || pageOf(source) !== pageOf(node)) return;
    event.preventDefault();
    take(question);
  };
  window.addEventListener(OPEN, onopen);
  return () => window.removeEventListener(OPEN, onopen);
};

// The same for questions that were opened on another page: when the page of `node` is shown, or is there
// already.
export const takeWaitingQuestions = (node, take) => {
  const look = () => {
    if (!node.checkVisibility()) return;
    const question = takeWaiting();
    if (question !== null) take(question);
  };
  const watch = new ResizeObserver(look); // a page in the background has no size
  watch.observe(node);
  window.addEventListener(WAITING, look);
  return () => {
    watch.disconnect();
    window.removeEventListener(WAITING, look);
  };
};

// Whether pages open beside this one: in Jupyter, and in the editor whose notebooks have this mark.
const isLive = (node) => panelOf(node) !== null || "vscodeThemeKind" in node.ownerDocument.body.dataset;

// A click with one of these keys opens another window; a key press with one of them runs a cell elsewhere in
// the notebook, and does nothing here.
const hasModifier = ({ ctrlKey, metaKey, shiftKey, altKey }) => ctrlKey || metaKey || shiftKey || altKey;

const linked = new WeakSet(); // parts of the page that open their questions

// Makes links of the questions that are named in a part of the page, <a class="pk-open" data-question="id">.
// Where no page could open, they stay plain text. It is called again when the part has new links.
export const linkQuestions = (root) => {
  if (!isLive(root)) return;
  for (const link of root.querySelectorAll("a.pk-open")) link.setAttribute("href", PAGE);
  if (linked.has(root)) return;
  linked.add(root);
  // Before the link itself hears of it: Jupyter may have given it a listener of its own.
  const onclick = (event) => {
    const link = event.target.closest("a.pk-open");
    const isByKey = event.detail === 0;
    if (!link || (hasModifier(event) && !isByKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!hasModifier(event)) openQuestion(link.dataset.question, link);
  };
  root.addEventListener("click", onclick, true);
};
