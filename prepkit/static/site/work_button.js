// Buttons whose work may fail, and the place that shows the result.

import { button, element } from "../shared/dom.js";
import { explained } from "./database.js";

export const note = () => element("p", { className: "note", role: "status" });

// `outcome` shows the nodes that `work` returns, or the reason why it failed.
export const workButton = (label, outcome, work, attributes = {}) => {
  const run = async () => {
    try {
      outcome.replaceChildren(...(await work()));
    } catch (error) {
      outcome.replaceChildren(explained(error));
    }
  };
  return button(label, run, { className: "button", ...attributes });
};
