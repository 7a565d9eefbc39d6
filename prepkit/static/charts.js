// Charts of a notebook, drawn from what the notebook has stored of them when they come into view. Their
// libraries are files of the site, and are loaded once, by pages that have such charts.

import { element } from "./shared/dom.js";
import { t } from "./shared/language.js";

const NEAR = "600px"; // how far below the window a chart is when its library begins to load

const loading = new Map();

// Adds a script to the page, once.
const load = (address) => {
  if (!loading.has(address)) {
    const loaded = new Promise((resolve, reject) => {
      const script = element("script", { src: address });
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => reject(new Error(address)));
      document.head.append(script);
    });
    loading.set(address, loaded);
  }
  return loading.get(address);
};

// Plotly makes code while it runs for the kinds that a graphics card draws, which the site's policy refuses;
// their other kinds look the same.
const withoutCode = (trace) => ({ ...trace, type: trace.type?.replace(/^(scatter|scatterpolar)gl$/, "$1") });

const DRAW = {
  plotly: async (place, { data, layout, frames }) => {
    const config = { responsive: true, displaylogo: false };
    await globalThis.Plotly.newPlot(place, { data: data.map(withoutCode), layout, frames, config });
  },
  // With `ast`, its expressions are interpreted and not made into code.
  vega: (place, spec) => globalThis.vegaEmbed(place, spec, { ast: true, actions: false, renderer: "svg" }),
  bokeh: async (place, { doc, roots }) => {
    for (const root of roots) {
      const part = element("div", {});
      place.append(part);
      await globalThis.Bokeh.embed.embed_item({ doc, root_id: root, target_id: null }, part);
    }
  },
};

const draw = async (figure) => {
  const place = figure.querySelector(".chart-place");
  const picture = place.querySelector("img");
  const drawing = element("div", { className: "chart-drawing" });
  try {
    const root = document.body.dataset.root ?? "";
    for (const name of figure.dataset.scripts.split(" ")) await load(`${root}charts/${name}`);
    place.querySelector(".note")?.remove();
    place.append(drawing);
    await DRAW[figure.dataset.library](drawing, JSON.parse(figure.querySelector("script").textContent));
    picture?.remove();
    // What is below it may move up, as long as nobody sees it.
    if (figure.getBoundingClientRect().top > innerHeight) place.style.minHeight = "";
  } catch (error) {
    drawing.remove();
    if (picture) return;
    const said = t("This chart couldn't be drawn ({problem}).", { problem: error.message });
    place.replaceChildren(element("p", { className: "note" }, said));
  }
};

const figures = document.querySelectorAll("figure.chart");
const watch = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: NEAR },
);
for (const figure of figures) watch.observe(figure);
