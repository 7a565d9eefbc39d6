// Files of answers: those that the visitor takes along, and those that are brought in.

import { element } from "../shared/dom.js";
import { ExchangeError } from "./exchange.js";
import { fromJson, toJson } from "./exchange_json.js";
import { fromMarkdown, toMarkdown } from "./exchange_markdown.js";

const IMPORT_COMMAND = "prepkit answers import";

// How the workbook takes a file.
export const importCommand = (file) => element("code", {}, `${IMPORT_COMMAND} ${file}`);

const download = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// Both return what to tell of it.
export const exportJson = async (store) => {
  download("prepkit-answers.json", "application/json", toJson(await store.export()));
  return [
    "Saved as prepkit-answers.json where this browser puts downloads. In the workbook, ",
    importCommand("prepkit-answers.json"),
    " adds it to your answers file.",
  ];
};

export const exportMarkdown = async (store) => {
  download("prepkit-answers.md", "text/markdown", toMarkdown(await store.export(), store.forms));
  return ["Saved as prepkit-answers.md where this browser puts downloads."];
};

export const readAnswers = async (file, forms) => {
  const kind = file.name.split(".").at(-1).toLowerCase();
  if (kind !== "json" && kind !== "md") throw new ExchangeError(["expected a name that ends in .json or .md"]);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new ExchangeError(["not UTF-8 text; save it with that encoding, then import it again"]);
  }
  return kind === "json" ? fromJson(text, forms) : fromMarkdown(text, forms);
};
