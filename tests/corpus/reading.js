// What a page shows a reader: text, pictures, links and scripts, each with its place in the notebook.
// `root` is the part of the page to read. It runs after the page has loaded, and changes the page.
async ({ root, skipped }) => {
  const FORMULA = "\ue000";
  const TEX =
    /\$\$[^]+?\$\$|(?<![\\$])\$(?!\$)(?:\\[^]|[^$\\])+?\$|\\\([^]+?\\\)|\\\[[^]+?\\\]|\\begin\{([a-zA-Z]+\*?)\}[^]+?\\end\{\1\}/g;
  const top = document.querySelector(root);
  if (!top) return null;
  top.querySelectorAll(`noscript, ${skipped}`).forEach((found) => found.remove());
  top.querySelectorAll("details").forEach((found) => (found.open = true));
  const unescaped = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const all = (selector) => [...top.querySelectorAll(selector)].filter((found) => found.checkVisibility({ visibilityProperty: true }));
  const place = (found) => found.closest("[data-place]")?.dataset.place ?? "";

  for (const image of top.querySelectorAll("img")) {
    image.loading = "eager";
    await image.decode().catch(() => null);
  }
  const pictures = all("img").map((image) => ({
    place: place(image),
    kind: "picture",
    key: `${image.naturalWidth}x${image.naturalHeight}`,
    source: (image.getAttribute("src") ?? "").slice(0, 200),
    loaded: image.naturalWidth > 0,
  }));
  for (const svg of all("svg")) {
    const box = svg.getBoundingClientRect();
    if (svg.parentElement.closest("svg, button, label") || box.width * box.height < 200) continue;
    const { width, height } = svg.viewBox.baseVal ?? { width: 0, height: 0 };
    const size = width ? [width, height] : [box.width, box.height];
    pictures.push({ place: place(svg), kind: "picture", key: size.map(Math.round).join("x"), source: "svg", loaded: true });
  }
  for (const media of all("video, audio, iframe, object, embed")) {
    const source = media.getAttribute("src") ?? media.getAttribute("data") ?? media.tagName;
    pictures.push({ place: place(media), kind: "media", key: media.tagName, source: source.slice(0, 200), loaded: true });
  }
  // Bars and other shapes that are drawn by style sheets alone.
  for (const shape of all("div, span")) {
    if (shape.childElementCount || shape.textContent.trim()) continue;
    const style = getComputedStyle(shape);
    const box = shape.getBoundingClientRect();
    const filled = style.backgroundImage !== "none" || !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor);
    if (filled && box.width * box.height >= 20 && !shape.closest("pre, svg, .cm-editor")) {
      pictures.push({ place: place(shape), kind: "drawing", key: "drawing", source: "drawing", loaded: true });
    }
  }
  const links = all("a[href]").map((link) => {
    const address = link.getAttribute("href");
    const name = address.startsWith("#") ? unescaped(address.slice(1)) : null;
    const alive = name === null || name === "" || document.getElementById(name) !== null || document.getElementsByName(name).length > 0;
    return { place: place(link), address, text: link.textContent, alive };
  });
  const scripts = [...top.querySelectorAll("script")].map((script) => ({
    place: place(script),
    type: script.type,
    source: script.getAttribute("src") ?? "",
    text: script.textContent.slice(0, 100_000),
  }));

  // Print leaves out the row numbers of a frame that has no index of its own.
  for (const table of top.querySelectorAll("table.dataframe")) {
    const numbers = [...table.querySelectorAll("tbody > tr > th:first-child")];
    if (numbers.every((found, row) => found.textContent.trim() === String(row))) {
      numbers.forEach((found) => (found.textContent = ""));
    }
  }

  // Formulas are counted, not compared by their letters.
  top.querySelectorAll("math").forEach((found) => found.replaceWith(` ${FORMULA} `));
  top.normalize();
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!/[$\\]/.test(text.data)) continue;
    if (text.parentElement.closest("pre, code, script, style, textarea, svg, .tex2jax_ignore, .no-mathjax")) continue;
    text.data = text.data.replace(TEX, ` ${FORMULA} `);
  }
  for (const box of top.querySelectorAll("input, textarea")) {
    if (!box.checkVisibility()) box.remove();
    else if (!["hidden", "checkbox", "radio", "range", "color"].includes(box.type)) box.replaceWith(` ${box.value} `);
  }

  const parts = [];
  const read = (found) => {
    if (found.checkVisibility()) parts.push({ place: found.dataset.place ?? "", text: found.innerText });
    found.style.setProperty("display", "none", "important");
  };
  const places = [...top.querySelectorAll("[data-place]")];
  places.filter((found) => found.dataset.place.includes("output")).forEach(read);
  places.filter((found) => !found.dataset.place.includes("output")).forEach(read);
  read(top);
  return { parts, pictures, links, scripts };
}
