// For the author's preview only: reloads the page after a build, and shows why a build failed.
// prepkit/site/watch.py puts it into the pages that it serves; no published page has it.

import { element } from "./shared/dom.js";

const { version } = document.currentScript.dataset;
const STYLE = {
  position: "fixed",
  inset: "auto 0 0 0",
  zIndex: 2147483647,
  maxHeight: "60vh",
  margin: 0,
  padding: "16px 20px",
  overflow: "auto",
  whiteSpace: "pre-wrap",
  font: "14px/1.5 ui-monospace, monospace",
  color: "#ffffff",
  background: "#7a1f1f",
  borderTop: "3px solid #f0b4b4",
};

let box = null;

const show = (text) => {
  if (!text) {
    box?.remove();
    box = null;
    return;
  }
  if (!box) {
    box = element("pre", { role: "alert" });
    Object.assign(box.style, STYLE);
    document.body.append(box);
  }
  box.textContent = `The site wasn't built, so this page is still the one from the last build.\n\n${text}`;
};

new EventSource("/_preview/events").addEventListener("message", (event) => {
  const state = JSON.parse(event.data);
  if (state.version !== version) location.reload();
  else show(state.error);
});
