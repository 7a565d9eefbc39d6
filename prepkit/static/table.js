// Adds search and sorting to the table before this script. Without the script the table can be read.
//
// LIBRARY and OPTIONS are filled in when a table is shown. LIBRARY is the module and style sheet of
// itables, zipped: so an output brings all that it needs. OPTIONS are the options of the table.

import { keepKeys } from "./shared/keys.js";
import { linkQuestions } from "./shared/open_question.js";

const view = document.currentScript.previousElementSibling;

const unzip = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
};

const load = async (library) => {
  const style = document.createElement("style");
  style.textContent = await unzip(library.css);
  document.head.append(style);
  const source = new Blob([await unzip(library.js)], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  const module = await import(url);
  URL.revokeObjectURL(url);
  module.set_or_remove_dark_class();
  return module.default;
};

keepKeys(view);
linkQuestions(view);

// All tables of a page share the first one's copy.
window.prepkitTables ??= load(LIBRARY);
window.prepkitTables.then((DataTable) => {
  const table = view.querySelector("table");
  new DataTable(table, OPTIONS);
  // The library gives every list of pages the same name, which doesn't help with a screen reader.
  const pages = view.querySelector("nav");
  pages?.setAttribute("aria-label", `Pages: ${table.caption.textContent}`);
});
