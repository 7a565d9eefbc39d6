// When this question was asked in interviews, how that went, and what was probed there: {when, probed}, as
// the host sends it with the answer.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";

export const askedBefore = (form) => {
  const node = element("div", { className: "pk-asked-before", role: "group", "aria-label": t("Asked in interviews"), hidden: true });
  let shown = "";
  form.onasked = (asked) => {
    const news = JSON.stringify(asked);
    if (shown === news) return; // an answer is loaded again and again
    shown = news;
    node.hidden = !asked.length;
    node.replaceChildren(
      ...asked.map(({ when, probed }) =>
        element(
          "div",
          {},
          element("p", { className: "pk-asked-when" }, when),
          probed ? element("p", { className: "pk-text", dir: "auto" }, t("They probed: {what}", { what: probed })) : null,
        ),
      ),
    );
  };
  return node;
};
