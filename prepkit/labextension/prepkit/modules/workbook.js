// JupyterLab as a workbook: a strip with the pages at the top, and nothing around a page that isn't needed.
// Whoever wants the notebook that a page is gets it with the strip's switch, which is remembered.

import { dress, loadStyles, stopStrayKeys } from "./dress.js";
import { frame } from "./frame.js";
import { strip } from "./strip.js";

const AS_NOTEBOOK = "prepkit:as-notebook";

// Browsers may refuse to keep anything: then the choice holds until the page is loaded again.
const remembered = () => {
  try {
    return localStorage.getItem(AS_NOTEBOOK) === "yes";
  } catch {
    return false;
  }
};

const remember = (isPlain) => {
  try {
    localStorage.setItem(AS_NOTEBOOK, isPlain ? "yes" : "no");
  } catch {
    // as above
  }
};

// The strip as a widget of JupyterLab, as high as what is in it.
const asWidget = (node, { Widget }) => {
  const widget = new Widget({ node });
  widget.id = "prepkit-strip";
  const resized = () => {
    const { contain, height } = node.style; // as JupyterLab has laid it out
    Object.assign(node.style, { contain: "none", height: "auto", minHeight: "0" });
    const minHeight = `${node.offsetHeight}px`;
    Object.assign(node.style, { contain, height, minHeight });
    widget.fit();
    widget.parent?.fit();
  };
  return { resized, widget };
};

// `pages` is what the server knows of them, `taken` maps panels to what is known of each; see pages.js.
// Returns what to call whenever something of this may have changed.
export const workbook = ({ app, lumino, pages, settings, shell, taken }) => {
  let isPlain = remembered();
  const known = new Map(pages.map((page) => [page.path, page]));
  const pathOf = (panel) => panel?.context?.path ?? "";
  // Until the server has said which cells are ours, its name tells: else a page would look like a notebook first.
  const isPage = (panel) => {
    const page = taken.get(panel);
    return page !== undefined && (page.isAsked ? page.own.length > 0 : known.get(pathOf(panel))?.runs === true);
  };
  const isCalm = (panel) => !isPlain && isPage(panel);
  const setFrame = frame(shell);
  const setMode = () => {
    shell.mode = isPlain ? "multiple-document" : "single-document";
  };
  let isRestored = false; // before that, JupyterLab doesn't know yet what is shown around a notebook
  const arrange = () => {
    if (!isRestored) return;
    const front = shell.currentWidget;
    for (const page of taken.values()) dress(page, isCalm(page.panel));
    setFrame(isCalm(front));
    // While a page is being opened, JupyterLab calls it unsaved.
    const changed = [...taken.values()].filter(({ isAsked, panel }) => isAsked && panel.model?.dirty);
    const unsaved = new Set(changed.map(({ panel }) => pathOf(panel)));
    show({ isPage: isPage(front), isPlain, path: pathOf(front), unsaved });
  };
  let resized = () => {};
  const { node, show } = strip({
    open: (path) => void app.commands.execute("docmanager:open", { path }),
    pages,
    resized: () => resized(),
    setPlain: (value) => {
      isPlain = value;
      remember(value);
      arrange();
      setMode();
    },
    urlOf: (path) => `${settings.baseUrl}lab/tree/${encodeURIComponent(path)}`,
  });
  const made = asWidget(node, lumino);
  resized = made.resized;
  loadStyles(resized);
  shell.add(made.widget, "header", { rank: 0 });
  window.addEventListener("resize", resized);
  shell.currentChanged.connect(arrange);
  stopStrayKeys(() => (isCalm(shell.currentWidget) ? shell.currentWidget : null));
  app.restored.then(() => {
    isRestored = true;
    arrange();
    if (isPlain) setMode();
  });
  return arrange;
};
