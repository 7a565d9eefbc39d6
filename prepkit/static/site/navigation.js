// The navigation at the top in a narrow window: where it is on the page, and a sign that it can be scrolled.

export const followNavigation = () => {
  const nav = document.querySelector(".top nav");
  if (!nav) return; // a single page has none
  const update = () => {
    const { scrollLeft, scrollWidth, clientWidth } = nav;
    nav.classList.toggle("more-before", scrollLeft > 1);
    nav.classList.toggle("more-after", scrollLeft + clientWidth < scrollWidth - 1);
  };
  const current = nav.querySelector("[aria-current]");
  if (current && current.offsetLeft + current.offsetWidth > nav.clientWidth) {
    nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
  }
  nav.addEventListener("scroll", update);
  new ResizeObserver(update).observe(nav);
};
