// On paper a box is as high as its text: a box with a bar to scroll would be cut off. So while the page is
// printed, each box has its text beside it, and the style sheet prints that.

import { element } from "../shared/dom.js";

export const printWholeTexts = () => {
  window.addEventListener("beforeprint", () => {
    for (const area of document.querySelectorAll(".pk-area")) {
      area.after(element("div", { className: "printed", dir: "auto" }, area.value));
    }
  });
  window.addEventListener("afterprint", () => {
    for (const text of document.querySelectorAll(".printed")) text.remove();
  });
};
