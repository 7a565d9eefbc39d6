// The list of a page's sections, in which the section that is being read is marked, and the sidebar
// of a book.

const LINE = 0.3; // a section counts as being read once it is in the upper 30% of the window

const sectionLinks = () => {
  const links = new Map();
  for (const each of document.querySelectorAll('nav.sections a[href^="#"]')) {
    const target = document.getElementById(decodeURIComponent(each.hash.slice(1)));
    if (target) links.set(target, each);
  }
  return links;
};

export const followSections = () => {
  const links = sectionLinks();
  const mark = () => {
    const above = [...links.keys()].filter((target) => target.getBoundingClientRect().top < window.innerHeight * LINE);
    const here = above.at(-1) ?? [...links.keys()][0];
    for (const [target, each] of links) {
      if (target === here) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: `0px 0px -${100 * (1 - LINE)}% 0px` });
  for (const target of links.keys()) observer.observe(target);
};

// In a narrow window, the contents lie over the page, and a link to a section leads below them.
export const closeAfterUse = () => {
  const contents = document.querySelector("nav.sections[popover]");
  contents?.addEventListener("click", (event) => {
    if (event.target.closest("a")) contents.hidePopover?.();
  });
};

// A long sidebar begins at the page that is open, not at its own top.
export const showCurrent = () => {
  const tree = document.querySelector("nav.tree");
  const show = () => {
    const here = tree.querySelector('li [aria-current="page"]')?.getBoundingClientRect();
    const around = tree.getBoundingClientRect();
    if (here && here.bottom > around.bottom) tree.scrollTop += here.top - around.top - around.height / 3;
  };
  if (!tree) return;
  show();
  tree.addEventListener("toggle", show);
};
