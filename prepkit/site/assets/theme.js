// Light or dark, before the first paint: what the visitor chose here, else what the system says.
{
  const KEY = "prepkit-theme";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;

  const read = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return chosen; // nothing can be kept: the choice lasts as long as the page
    }
  };

  const write = (theme) => {
    chosen = theme;
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // see above
    }
  };

  const isDark = () => (read() ?? (system.matches ? "dark" : "light")) === "dark";

  const paint = () => {
    const dark = isDark();
    root.dataset.theme = dark ? "dark" : "light";
    root.classList.toggle("cc--darkmode", dark);
    for (const button of document.querySelectorAll(".theme-switch")) {
      button.setAttribute("aria-label", "Dark theme");
      button.setAttribute("aria-pressed", String(dark));
      button.title = dark ? "Use the light theme" : "Use the dark theme";
    }
  };

  const turn = () => {
    const wanted = isDark() ? "light" : "dark";
    // A choice that the system makes as well is none: the page follows the system again.
    write(wanted === (system.matches ? "dark" : "light") ? null : wanted);
    paint();
  };

  paint();
  system.addEventListener("change", paint);
  window.addEventListener("storage", ({ key }) => {
    if (key === KEY) paint();
  });
  document.addEventListener("DOMContentLoaded", () => {
    paint();
    for (const button of document.querySelectorAll(".theme-switch")) button.addEventListener("click", turn);
  });
}
