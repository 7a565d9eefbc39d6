// A link to a file beside the page. Jupyter opens it in a tab of its own; elsewhere its path has been said.

import { element } from "../shared/dom.js";
import { pathBeside } from "../shared/open_question.js";

export const fileLink = (root, name) => {
  if (!root.closest(".jp-NotebookPanel")) return "";
  const args = JSON.stringify({ path: pathBeside(location.pathname, name) });
  const command = { "data-commandlinker-command": "docmanager:open", "data-commandlinker-args": args };
  return element("a", { className: "pk-link", href: name, ...command }, `Open ${name}`);
};
