// The list of a page's sections, in which the section that is being read is marked.

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
