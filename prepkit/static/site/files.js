// Files of answers: those that the visitor exports, and those that are imported.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { ExchangeError } from "./exchange.js";
import { fromJson, toJson } from "./exchange_json.js";
import { fromMarkdown, toMarkdown } from "./exchange_markdown.js";

const IMPORT_COMMAND = "prepkit answers import";

// The command that adds a file to the workbook.
export const importCommand = (file) => element("code", {}, `${IMPORT_COMMAND} ${file}`);

export const download = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// Both return what to tell the visitor.
export const exportJson = async (store) => {
  download("prepkit-answers.json", "application/json", toJson(await store.export()));
  return [
    t("Saved in your downloads as prepkit-answers.json. To add it to the workbook:"),
    " ",
    importCommand("prepkit-answers.json"),
  ];
};

export const exportMarkdown = async (store, titles) => {
  download("prepkit-answers.md", "text/markdown", toMarkdown(await store.export(), store.forms, titles));
  return [t("Saved in your downloads as prepkit-answers.md.")];
};

export const readAnswers = async (file, forms) => {
  const kind = file.name.split(".").at(-1).toLowerCase();
  if (kind !== "json" && kind !== "md") throw new ExchangeError([t("choose a file whose name ends in .json or .md")]);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new ExchangeError([t("the file isn't UTF-8 text; save it as UTF-8, then import it again")]);
  }
  return kind === "json" ? fromJson(text, forms) : fromMarkdown(text, forms);
};
