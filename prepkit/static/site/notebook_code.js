// The code of a notebook: a button shows or folds all of it, and each block has a button that copies it.

import { button, element } from "../shared/dom.js";
import { IN_OURS, t } from "../shared/language.js";
import { readItem, writeItem } from "../shared/storage.js";

const SETTING = "prepkit-code";
const COPIED_FOR = 2000; // ms

// The button is in the page from the start, so that nothing moves when this script has loaded.
const followSwitch = (notebook, turn) => {
  const usual = turn.getAttribute("aria-pressed") === "true";
  const hides = notebook.classList.contains("code-hidden");
  const show = (all, { first = false } = {}) => {
    turn.setAttribute("aria-pressed", String(all));
    notebook.classList.toggle("code-hidden", hides && !all);
    // What the author folded cell by cell stays as it is until the button is pressed.
    if (first && all === usual) return;
    for (const each of notebook.querySelectorAll("details.code")) each.open = all;
  };
  const kept = readItem(SETTING);
  show(kept === null ? usual : kept === "shown", { first: true });
  turn.addEventListener("click", () => {
    const all = turn.getAttribute("aria-pressed") !== "true";
    show(all);
    writeItem(SETTING, all === usual ? null : all ? "shown" : "folded");
  });
};

const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages without https, or opened from a folder, have only the old way.
    const place = element("textarea", { className: "unseen", "aria-hidden": "true" });
    place.value = text;
    document.body.append(place);
    place.select();
    const done = document.execCommand("copy");
    place.remove();
    return done;
  }
};

const copyButton = (block, said) => {
  let end = null;
  const copy = button(
    t("Copy"),
    async () => {
      const done = await copyText(block.textContent.replace(/\n$/, ""));
      copy.focus();
      copy.textContent = done ? t("Copied") : t("Not copied");
      said.textContent = done ? t("The code was copied.") : t("This browser did not copy the code.");
      clearTimeout(end);
      end = setTimeout(() => {
        copy.textContent = t("Copy");
        said.textContent = "";
      }, COPIED_FOR);
    },
    { className: "copy", "aria-label": t("Copy the code"), ...IN_OURS },
  );
  return copy;
};

export const followCode = () => {
  const notebook = document.querySelector("article.notebook");
  if (!notebook) return;
  const turn = document.querySelector(".code-switch");
  if (turn) followSwitch(notebook, turn);
  const blocks = notebook.querySelectorAll(".highlight > pre, pre > code");
  if (!blocks.length) return;
  const said = element("p", { className: "unseen", role: "status", ...IN_OURS });
  notebook.append(said);
  for (const block of blocks) {
    const pre = block.closest("pre");
    const around = pre.closest(".highlight") ?? element("div");
    if (!around.isConnected) {
      pre.replaceWith(around);
      around.append(pre);
    }
    around.classList.add("copying");
    around.append(copyButton(pre, said));
  }
};
