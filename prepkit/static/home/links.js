// Links to what is beside the page: Jupyter opens it itself.

import { element } from "../shared/dom.js";
import { pathBeside } from "../shared/open_question.js";

export const pageLink = (label, name) => {
  const args = JSON.stringify({ path: pathBeside(location.pathname, name) });
  const command = { "data-commandlinker-command": "docmanager:open", "data-commandlinker-args": args };
  return element("a", { className: "pk-link", href: name, ...command }, label);
};

// A file that was saved: where no Jupyter would open it, its path has been said.
export const fileLink = (root, name) => (root.closest(".jp-NotebookPanel") ? pageLink(`Open ${name}`, name) : "");
