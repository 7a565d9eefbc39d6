// The pages of the site: forms, marks and counts, keyboard shortcuts, the section list.

const MARKS = { untouched: "", started: "started", complete: "finished" };

const json = (selector, within = document) => JSON.parse(within.querySelector(selector)?.textContent ?? "null");

const setting = {
  get: (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set: (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // it holds until the page is left
    }
  },
};

// ---- the form in place of the text that stands there without it -----------------------------

const mount = (store, place) => {
  const question = json('script[type="application/json"]', place);
  const heading = Number(place.querySelector("h1, h2, h3, h4, h5")?.localName[1] ?? 2);
  const form = element("div");
  const said = note();
  const { root } = document.body.dataset; // a page that stands alone has none
  const all = root === undefined ? [] : [" · ", element("a", { href: `${root}answers.html` }, "All your answers")];
  place.replaceChildren(
    form,
    element(
      "p",
      { className: "kept" },
      "What you write is kept in this browser only. ",
      worker("Export my answers", said, () => exportJson(store), { className: "plain" }),
      ...all,
    ),
    said,
  );
  starForm.render({ model: new BrowserModel(store, question, heading), el: form });
};

// ---- what is finished -----------------------------------------------------------------------

const paintMarks = async (store) => {
  let answers;
  try {
    answers = await store.load();
  } catch {
    return; // the marks stay empty; a form says what is wrong
  }
  const states = new Map([...answers].map(([question, fields]) => [question, stateOf(fields)]));
  for (const place of document.querySelectorAll("[data-mark]")) {
    const state = states.get(place.dataset.mark) ?? "untouched";
    place.dataset.state = state;
    place.replaceChildren(...(MARKS[state] ? [element("span", { className: "unseen" }, "Your answer: "), MARKS[state]] : []));
  }
  const finished = [...states].filter(([, state]) => state === "complete").map(([question]) => question);
  for (const place of document.querySelectorAll("[data-count]")) {
    const most = place.max ?? Number(place.dataset.of);
    const done = Math.min(most, finished.filter((question) => question.startsWith(place.dataset.count)).length);
    if (place.tagName === "PROGRESS") place.value = done;
    else place.textContent = `${done} of ${most} finished`;
  }
};

const followMarks = (store) => {
  if (!document.querySelector("[data-mark], [data-count]")) return;
  let soon;
  store.onchange(() => {
    clearTimeout(soon);
    soon = setTimeout(() => paintMarks(store), 100);
  });
  paintMarks(store);
};

// ---- keyboard shortcuts ---------------------------------------------------------------------

const KEYS_SETTING = "prepkit-keys";
const SHORTCUTS = [
  ["←", "previous question"],
  ["→", "next question"],
  ["/", "search"],
  ["?", "these shortcuts"],
];
const FORM_SHORTCUTS = [
  ["Alt + 1 … 4", "to Situation, Task, Action, Result"],
  ["Ctrl + S", "save now"],
];

const shortcutsDialog = () => {
  const tick = element("input", { type: "checkbox", id: "single-keys" });
  let chosen = "on"; // where nothing can be kept
  const isOff = () => (setting.get(KEYS_SETTING) ?? chosen) === "off";
  tick.addEventListener("change", () => {
    chosen = tick.checked ? "on" : "off";
    setting.set(KEYS_SETTING, chosen);
  });
  const rows = (pairs) =>
    element("dl", {}, ...pairs.flatMap(([key, what]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)]));
  const dialog = element(
    "dialog",
    { className: "asking shortcuts", "aria-labelledby": "shortcuts-title" },
    element("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    rows(SHORTCUTS),
    element("p", { className: "choice" }, tick, element("label", { for: "single-keys" }, "Use these single keys; never while you type")),
    element("h3", {}, "In an answer"),
    rows(FORM_SHORTCUTS),
    element("p", { className: "actions" }, button("Close", () => dialog.close(), { className: "button" })),
  );
  document.body.append(dialog);
  const show = () => {
    tick.checked = !isOff();
    dialog.showModal();
  };
  return { show, isOff };
};

const isTyping = (target) =>
  target.closest('textarea, select, [contenteditable], input:not([type="checkbox"]), dialog, #cc-main') ||
  target.matches('[tabindex="0"]'); // it may scroll by arrow keys

const followKeys = () => {
  const help = shortcutsDialog();
  const actions = {
    ArrowLeft: () => document.querySelector("a[rel=prev]")?.click(),
    ArrowRight: () => document.querySelector("a[rel=next]")?.click(),
    "/": () => document.querySelector('input[type="search"]')?.focus(),
    "?": help.show,
  };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!Object.hasOwn(actions, key) || (event.shiftKey && key.startsWith("Arrow"))) return;
    if (isTyping(target) || help.isOff()) return;
    event.preventDefault();
    actions[key]();
  });
  for (const each of document.querySelectorAll(".shortcuts-show")) each.addEventListener("click", help.show);
};

// ---- the section list -----------------------------------------------------------------------

const followSections = () => {
  const links = new Map();
  for (const each of document.querySelectorAll('nav.sections a[href^="#"]')) {
    const target = document.getElementById(decodeURIComponent(each.hash.slice(1)));
    if (target) links.set(target, each);
  }
  const line = 0.3; // the part of the window above which a section counts as being read
  const mark = () => {
    const above = [...links.keys()].filter((target) => target.getBoundingClientRect().top < window.innerHeight * line);
    const here = above.at(-1) ?? [...links.keys()][0];
    for (const [target, each] of links) {
      if (target === here) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: `0px 0px -${100 * (1 - line)}% 0px` });
  for (const target of links.keys()) observer.observe(target);
};

// ---- putting it together --------------------------------------------------------------------

const start = () => {
  const { answers = "prepkit" } = document.body.dataset;
  const store = new BrowserStore(answers);
  store.onchange(({ emptied, elsewhere }) => {
    if (emptied && elsewhere) location.reload(); // else a form would go on showing what is deleted
  });
  for (const place of document.querySelectorAll(".star[data-question]")) mount(store, place);
  const list = document.getElementById("answers");
  if (list) new AnswersPage(store, list, json("#questions") ?? []);
  followMarks(store);
  followSections();
  followKeys();
  const consent = json("#consent");
  if (consent) runConsent(answers, consent); // a page that stands alone has none
};

start();
