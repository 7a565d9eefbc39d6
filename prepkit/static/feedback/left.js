// How the page was left: its place and its order, in this browser; that calibration was skipped, in this window.

import { readItem, writeItem } from "../shared/storage.js";

const SKIPPED = "prepkit-feedback-skipped"; // of the session's storage

const nameOf = (workbook) => `prepkit-feedback-place:${workbook}`;

export const keptPlace = (workbook) => {
  try {
    return JSON.parse(readItem(nameOf(workbook))) ?? {};
  } catch {
    return {};
  }
};

export const keepPlace = (workbook, place) => writeItem(nameOf(workbook), JSON.stringify(place));

export const isSkipped = () => {
  try {
    return sessionStorage.getItem(SKIPPED) !== null;
  } catch {
    return false;
  }
};

export const skip = () => {
  try {
    sessionStorage.setItem(SKIPPED, "yes");
  } catch {
    // then it is offered again
  }
};
