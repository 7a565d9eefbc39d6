// Makes the table before this script one to search and sort. Without it the table stays readable.
//
// LIBRARY and OPTIONS are put in when a table is shown: the module and style sheet of itables,
// zipped, so that one output is all that it needs, and what the table is given.

import { keepKeys } from "./shared/keys.js";

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

// All tables of a page share the first one's copy.
window.prepkitTables ??= load(LIBRARY);
window.prepkitTables.then((DataTable) => {
  const table = view.querySelector("table");
  new DataTable(table, OPTIONS);
  // The library names every list of pages alike, which tells a screen reader nothing.
  const pages = view.querySelector("nav");
  pages?.setAttribute("aria-label", `Pages: ${table.caption.textContent}`);
});
