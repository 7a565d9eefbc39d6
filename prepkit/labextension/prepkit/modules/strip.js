// The strip at the top of JupyterLab: the pages of the workbook, and the way out of how they are shown.

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

const link = ({ path, label }, { open, urlOf }) => {
  const node = make("a", { href: urlOf(path) }, label);
  node.addEventListener("click", (event) => {
    // With these, the browser opens it in a tab or window of its own.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(path);
  });
  return node;
};

// `pages` is [{path, label}], `open` is called with a path, `urlOf` makes an address of one, and `setPlain`
// is called when somebody wants the pages as notebooks, or not any longer. `resized` is called when the
// strip may have another height.
export const strip = ({ open, pages, resized, setPlain, urlOf }) => {
  const close = () => setOpen(false);
  const openAndClose = (path) => {
    close();
    open(path);
  };
  const links = new Map(pages.map((page) => [page.path, link(page, { open: openAndClose, urlOf })]));
  const menu = make("button", { class: "prepkit-strip-menu", type: "button", "aria-controls": "prepkit-strip-pages" });
  const list = make("ul", { id: "prepkit-strip-pages" }, ...[...links.values()].map((node) => make("li", {}, node)));
  const plain = make("button", { class: "prepkit-strip-plain", type: "button", role: "switch" }, "Show as notebook");
  const node = make("nav", { class: "prepkit-strip", "aria-label": "Workbook" }, menu, list, plain);

  const setOpen = (isOpen) => {
    node.classList.toggle("prepkit-is-open", isOpen);
    menu.setAttribute("aria-expanded", String(isOpen));
    resized();
  };
  menu.addEventListener("click", () => setOpen(!node.classList.contains("prepkit-is-open")));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.classList.contains("prepkit-is-open")) return;
    close();
    menu.focus();
  });
  plain.addEventListener("click", () => {
    close();
    setPlain(plain.getAttribute("aria-checked") !== "true");
  });

  // `path` is what is in front, `unsaved` a set of paths, and `isPage` tells whether it is shown as a page.
  const show = ({ isPage, isPlain, path, unsaved }) => {
    const name = ({ label, path }) => [label, unsaved.has(path) ? make("span", {}, " · not saved") : ""];
    for (const page of pages) {
      const anchor = links.get(page.path);
      anchor.replaceChildren(...name(page));
      if (page.path === path) anchor.setAttribute("aria-current", "page");
      else anchor.removeAttribute("aria-current");
    }
    const current = pages.find((page) => page.path === path);
    menu.replaceChildren(...name(current ?? { label: "Pages of the workbook" }));
    plain.hidden = !isPage;
    plain.setAttribute("aria-checked", String(isPlain));
    resized();
  };
  setOpen(false);
  return { node, show };
};
