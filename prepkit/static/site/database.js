// IndexedDB: revisions of texts by question, field and number, and rehearsals.

import { t } from "../shared/language.js";
import { sentence } from "../shared/text.js";
import { asked } from "./asked.js";
import { DatabaseShelf } from "./shelf.js";

const BLOCKED = t(
  "This browser doesn't let the site store data, so nothing that you write here can be saved. Allow it in the browser's settings, or open the site in a window that isn't private, then reload the page.",
);

// Its message is for the visitor.
export class StorageError extends Error {}

// What a visitor reads when the storage fails.
export const explained = (error) => {
  if (error instanceof StorageError) return error.message;
  if (error.name === "QuotaExceededError") {
    return t("This browser's storage for this site is full. Export your answers, then free some space on this device.");
  }
  const failed = t("This browser's storage failed. Reload the page; if it fails again, restart the browser.");
  return `${failed} (${error.name}: ${sentence(error.message)})`;
};

export const openDatabase = async (name) => {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("revisions", { keyPath: ["question", "field", "revision"] });
      request.result.createObjectStore("reviews", { autoIncrement: true });
    };
    return await asked(request);
  } catch (error) {
    if (error.name === "VersionError") {
      throw new StorageError(
        t("This page is out of date: a newer version of the site has saved answers in this browser. Reload the page."),
      );
    }
    throw error.name === "QuotaExceededError" ? error : new StorageError(BLOCKED);
  }
};

// Gives `work` a shelf, and returns its result once everything it wrote is on the disk; an error undoes all of it.
export const transact = async (database, mode, work) => {
  const transaction = database.transaction(["revisions", "reviews"], mode, { durability: "strict" });
  const complete = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new StorageError(t("This browser didn't finish saving.")));
  });
  complete.catch(() => {}); // handled below, unless `work` failed first
  let result;
  try {
    result = await work(new DatabaseShelf(transaction.objectStore("revisions"), transaction.objectStore("reviews")));
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // it is aborted already
    }
    throw error;
  }
  await complete;
  return result;
};
