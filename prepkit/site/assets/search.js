// The search page: Pagefind's index, asked word by word, with filters, in the address.
//
// Pagefind shows only pages that have every word, replaces a word that it lacks by the beginning
// of one, and knows no misspelling. People type sentences, so here
//   - words that every question could have are left out,
//   - a word that no page has is corrected by the index's own words, and said to be,
//   - each word is searched alone, and a page's scores are added up.
// The filters' values are asked for once: which page has which. So counts and filtering need no
// further search.
//
// It is a classic script: from a file, browsers load no modules, and the page must say so.

(() => {
  "use strict";

  const PAGE = 10; // results shown at a time
  const QUIET = 150; // ms without a key before a search
  const EXCERPT = 32; // words
  const FAINT = 0.15; // of the best page's score: what is below is left out
  const WEIGHTS = { title: 4, words: 3, place: 0, image: 0, image_alt: 0 };
  const NAMES = { category: "Category", company: "Company", level: "Level", kind: "Kind" };

  // What people put around what they look for, in the words of interviews too.
  const STOP = new Set(
    `a about after against all also an and any are as at be because been before being between but
    by can could deal dealing dealt describe did do does doing done during each ever example
    for from get give go going got had handle handled handling has have having he her him his
    how i if in interview into is it its just know last let like made make makes making manage
    managed managing may me might more most much must my of on once one or other our out over
    own question questions said say she should situation so some someone something story stuff
    such tell than that the their them then there these they thing things think this those
    through time times to too under until up us use used using versus very vs walk want was
    way we were what when where which while who why will with would you your yours`.split(/\s+/),
  );

  const element = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === false || value === null) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const quoted = (words) => words.map((word) => `“${word}”`).join(", ");

  // ---- words --------------------------------------------------------------------------------

  const wordsOf = (text) =>
    (text.toLowerCase().match(/[\p{L}\p{N}]+(?:[’'][\p{L}]+)*/gu) ?? []).map((word) =>
      word.replace(/[’']s?$|[’']s$/u, ""),
    );

  // The endings that Pagefind's stemmer takes off too.
  const stem = (word) => {
    const short = word.replace(/(?:ings?|ed|ers?|es|ly|s|e)$/, "");
    if (short.length < 3) return word;
    return /([^aeiouls])\1$/.test(short) ? short.slice(0, -1) : short;
  };

  // How British English writes what American English writes otherwise.
  const british = (word) => [
    word.replace(/([iy])z(?=e|i|a)/, "$1s"),
    word.replace(/or(?=s?$|ed|ing|al|ful)/, "our"),
    word.replace(/l(?=ed$|ing$|er$)/, "ll"),
    word.replace(/ense(?=s?$)/, "ence"),
  ];

  // Changes of one letter, and swaps of two, that lead from one word to another; `most` + 1 where
  // there are more.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [];
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const same = a[i - 1] === b[j - 1];
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      if (Math.min(...next) > most) return most + 1;
      before = row;
      row = next;
    }
    return row[b.length];
  };

  // Knows words by the index's own, the most frequent first: returns a function from a word to what
  // the index has for it, null where it has nothing like it.
  const vocabulary = (list) => {
    const words = new Set(list);
    const stems = new Set(list.map(stem));
    const has = (word) =>
      words.has(word) || stems.has(stem(word)) || list.some((one) => one.startsWith(word));
    const nearest = (word) => {
      let best = null;
      let least = word.length > 6 ? 3 : word.length > 3 ? 2 : 0;
      for (const one of list) {
        const far = distance(word, one, Math.ceil(least) - 1);
        // A first letter is rarely wrong, so a word that has another is further away.
        const all = one[0] === word[0] ? far : far + 0.5;
        if (all < least) [best, least] = [one, all];
        if (least <= 0.5) break;
      }
      return best;
    };
    return (word) => {
      if (/\d/.test(word) || has(word)) return word;
      return british(word).find(has) ?? nearest(word);
    };
  };

  // What to look for: each word of the query that says something, and what was made of it.
  const understood = (query, find, asTyped) => {
    const all = [...new Set(wordsOf(query))];
    const telling = all.filter((word) => !STOP.has(word) && (word.length > 1 || /\d/.test(word)));
    const words = (telling.length ? telling : all).map((typed) => {
      const word = asTyped ? typed : find(typed);
      const silent = word === null || word === typed || british(typed).includes(word);
      return { typed, word, corrected: !silent };
    });
    const shown = query.replace(/[\p{L}\p{N}]+/gu, (typed) => {
      const found = words.find((one) => one.typed === typed.toLowerCase());
      return found?.corrected ? found.word : typed;
    });
    // A word that says nothing may have been misspelt, too.
    const left = words.filter(({ word, corrected }) => !(corrected && STOP.has(word)));
    const corrected = words.some((one) => one.corrected);
    return { words: left.length ? left : words, shown, corrected };
  };

  // ---- the index ----------------------------------------------------------------------------

  // Adds up what each word's search says of a page. A page that has more of the words counts more.
  const combined = (searches) => {
    const pages = new Map();
    for (const { results } of searches) {
      for (const result of results) {
        const page = pages.get(result.id) ?? { id: result.id, score: 0, results: [] };
        page.score += result.score;
        page.results.push(result);
        pages.set(result.id, page);
      }
    }
    const enough = searches.length / 2;
    const found = [...pages.values()].filter((page) => page.results.length >= enough);
    for (const page of found) page.score *= page.results.length / searches.length;
    found.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    return found.filter((page) => page.score >= found[0].score * FAINT);
  };

  const openIndex = async (root) => {
    const base = new URL(`${root}pagefind/`, document.baseURI);
    const [pagefind, answer] = await Promise.all([
      import(`${base.href}0/pagefind.js`),
      fetch(`${base.href}words.json`),
    ]);
    if (!answer.ok) throw new Error(`words.json: ${answer.status}`);
    const { parts, words: list } = await answer.json();
    const find = vocabulary(list);
    const ranking = { metaWeights: WEIGHTS };
    await pagefind.options({ ranking });
    await pagefind.init();
    const others = Array.from({ length: parts - 1 }, (_, part) => `${base.pathname}${part + 1}/`);
    await Promise.all(others.map((part) => pagefind.mergeIndex(part, { ranking })));
    const counts = await pagefind.filters();
    const everything = await pagefind.search(null);
    const facets = {};
    for (const [name, values] of Object.entries(counts)) {
      facets[name] = new Map();
      for (const value of Object.keys(values)) {
        const { results } = await pagefind.search(null, { filters: { [name]: value } });
        facets[name].set(value, new Set(results.map((result) => result.id)));
      }
    }
    const search = async (words) =>
      combined(await Promise.all(words.map((word) => pagefind.search(word))));
    const all = everything.results.map((result) => ({ id: result.id, score: 0, results: [result] }));
    return { find, facets, all, search };
  };

  // ---- a result -----------------------------------------------------------------------------

  // Everything that is shown of a page, with the places of all words in it.
  const details = async (page) => {
    let data;
    const places = new Map();
    for (const [word, result] of page.results.entries()) {
      data = await result.data();
      for (const { location, weight } of data.weighted_locations) {
        if (page.score) places.set(location, { word, weight });
      }
    }
    return { ...data, places };
  };

  // The words around which most of the searched ones stand, as [text, marked] pairs. The title is
  // shown above, so the text after it is preferred, and no excerpt begins with a heading.
  const excerpt = ({ content, meta, places, anchors }) => {
    const words = content.split(/\s+/);
    const at = content.indexOf(meta.title);
    const until = at < 0 ? "" : content.slice(0, at + meta.title.length);
    const headings = new Map(
      anchors
        .filter(({ element: tag }) => /^h[2-6]$/.test(tag))
        .map(({ location: place, text }) => [place, text.trim().split(/\s+/).length]),
    );
    const past = (place) => place + (headings.get(place) ?? 0);
    const first = past(until.split(/\s+/).filter(Boolean).length);
    const found = [...places.keys()].filter((place) => place >= first).sort((a, b) => a - b);
    let start = first;
    let best = 0;
    for (const from of found) {
      const inside = found.filter((place) => place >= from && place < from + EXCERPT - 6);
      const different = new Set(inside.map((place) => places.get(place).word)).size;
      const worth = different * 10 + Math.min(inside.length, 9);
      if (worth > best) [start, best] = [from, worth];
    }
    const ends = (word) => /[.?!:]["”’)]*$/.test(word ?? "");
    const sentence = start;
    while (start > first && sentence - start < 8 && !ends(words[start - 1])) start -= 1;
    if (start > first && !ends(words[start - 1])) start = Math.max(first, sentence - 3);
    start = past(start);
    const end = Math.min(words.length, start + EXCERPT);
    const parts = words.slice(start, end).map((word, index) => [word, places.has(start + index)]);
    return { parts, before: start > first && !ends(words[start - 1]), after: end < words.length };
  };

  const resultItem = (page, root) => {
    const { parts, before, after } = excerpt(page);
    const text = element("p", { className: "excerpt" }, before ? "… " : null);
    for (const [word, marked] of parts) text.append(marked ? element("mark", {}, word) : word, " ");
    if (after) text.append("…");
    const place = page.meta.place ?? page.filters?.category?.[0] ?? page.filters?.kind?.[0] ?? "";
    const path = page.raw_url.replace(/^\//, "");
    return element(
      "li",
      {},
      element("h2", {}, element("a", { href: root + path }, page.meta.title ?? path)),
      place ? element("p", { className: "where" }, place) : null,
      text,
    );
  };

  // ---- the page -----------------------------------------------------------------------------

  const readAddress = (names) => {
    const given = new URLSearchParams(location.search);
    const chosen = Object.fromEntries(names.map((name) => [name, new Set(given.getAll(name))]));
    return { query: given.get("q") ?? "", asTyped: given.has("exact"), chosen };
  };

  const addressOf = ({ query, asTyped, chosen }) => {
    const parts = new URLSearchParams();
    if (query.trim()) parts.set("q", query.trim());
    if (asTyped) parts.set("exact", "1");
    for (const [name, values] of Object.entries(chosen)) {
      for (const value of values) parts.append(name, value);
    }
    const text = parts.toString();
    return location.pathname + (text ? `?${text}` : "");
  };

  const readSettings = () => {
    const script = document.getElementById("search-data");
    return { suggestions: [], order: {}, ...(script ? JSON.parse(script.textContent) : {}) };
  };

  const start = async () => {
    const place = document.getElementById("search");
    const list = document.getElementById("all-questions");
    const root = document.body.dataset.root ?? "";
    const settings = readSettings();

    if (location.protocol === "file:") {
      place.append(
        element(
          "p",
          { className: "search-notice" },
          "Search needs a web server, and this page was opened from a file.",
          " In the site’s folder, ",
          element("code", {}, "python -m http.server"),
          " starts one. The list below has every question.",
        ),
      );
      return;
    }

    const box = element("input", {
      type: "search",
      name: "q",
      id: "search-box",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "search",
    });
    const status = element("p", { className: "search-status", role: "status" });
    const notice = element("div", { className: "search-notice", hidden: true });
    const filters = element("div", { className: "search-filters" });
    const results = element("ol", { className: "search-results" });
    const more = element("button", { type: "button", className: "search-more", hidden: true });
    const form = element(
      "form",
      { role: "search", "aria-label": "Questions", className: "search-form" },
      element("label", { for: "search-box" }, "Search the questions"),
      element("div", {}, box, element("button", { type: "submit" }, "Search")),
    );
    const parts = [status, notice, results, more];
    const found = element("div", { className: "search-found", "aria-busy": "true" }, ...parts);
    const body = element("div", { className: "search-body" }, filters, found);
    place.append(form, body);

    let index;
    let state = readAddress([]);
    box.value = state.query;

    const failed = (error) => {
      found.setAttribute("aria-busy", "false");
      body.classList.remove("searching");
      list.hidden = false;
      results.replaceChildren();
      more.hidden = true;
      status.textContent = "";
      notice.hidden = false;
      notice.replaceChildren(
        element(
          "div",
          { className: "search-failed" },
          element(
            "p",
            {},
            `The search could not be loaded (${error.message}). The list below has every question.`,
          ),
          element("button", { type: "button", onclick: () => location.reload() }, "Try again"),
        ),
      );
    };

    const example = (text) =>
      element(
        "li",
        {},
        element("a", { href: addressOf({ query: text, asTyped: false, chosen: {} }) }, text),
      );
    const suggestions = (lead) =>
      settings.suggestions.length
        ? element(
            "div",
            { className: "search-suggestions" },
            element("p", {}, lead),
            element("ul", {}, ...settings.suggestions.map(example)),
          )
        : null;

    // ---- filters

    const boxes = [];

    const orderOf = (name) => {
      const order = settings.order[name] ?? [];
      const rank = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
      return (a, b) => rank(a) - rank(b) || a.localeCompare(b, "en");
    };

    const filterGroup = (name) => {
      const chosen = element("span", { className: "chosen" });
      const items = [...index.facets[name].keys()].sort(orderOf(name)).map((value) => {
        const input = element("input", { type: "checkbox", name, value });
        const hits = element("span", { className: "hits" });
        input.checked = state.chosen[name].has(value);
        input.addEventListener("change", () => {
          if (input.checked) state.chosen[name].add(value);
          else state.chosen[name].delete(value);
          updateSafely();
        });
        boxes.push({ name, value, input, hits });
        return element("li", {}, element("label", {}, input, element("span", {}, value), hits));
      });
      const title = NAMES[name];
      const group = element(
        "details",
        {},
        element("summary", {}, title, chosen),
        element("ul", { "aria-label": title }, ...items),
      );
      group.open = state.chosen[name].size > 0 || (name === "category" && innerWidth >= 800);
      return { group, name, chosen };
    };

    // The pages that are left by the filters, all of them or all but one.
    const left = (pages, except) =>
      pages.filter(({ id }) =>
        Object.entries(state.chosen).every(
          ([name, values]) =>
            name === except ||
            values.size === 0 ||
            [...values].some((value) => index.facets[name].get(value)?.has(id)),
        ),
      );

    const clear = element(
      "button",
      {
        type: "button",
        className: "search-clear",
        hidden: true,
        onclick: () => {
          for (const values of Object.values(state.chosen)) values.clear();
          for (const { input } of boxes) input.checked = false;
          updateSafely();
          box.focus();
        },
      },
      "Clear filters",
    );
    let groups = [];

    const showCounts = (pages) => {
      for (const { group, name, chosen } of groups) {
        const ids = left(pages, name).map((page) => page.id);
        for (const one of boxes.filter((each) => each.name === name)) {
          const members = index.facets[name].get(one.value);
          const count = ids.filter((id) => members.has(id)).length;
          one.hits.textContent = count;
          one.input.closest("li").classList.toggle("none", count === 0);
        }
        const size = state.chosen[name].size;
        chosen.textContent = size ? ` ${size} chosen` : "";
        if (size) group.open = true;
      }
      clear.hidden = !Object.values(state.chosen).some((values) => values.size);
    };

    // ---- results

    let turn = 0; // an answer that comes after a newer question is not shown
    let pages = [];
    let shown = 0;

    const showMore = async (focus) => {
      const mine = turn;
      const next = await Promise.all(pages.slice(shown, shown + PAGE).map(details));
      if (mine !== turn) return;
      const items = next.map((page) => resultItem(page, root));
      results.append(...items);
      shown += items.length;
      const rest = pages.length - shown;
      more.hidden = rest <= 0;
      more.textContent = `Show ${Math.min(rest, PAGE)} more`;
      if (focus) items[0]?.querySelector("a").focus();
    };
    more.addEventListener("click", () => showMore(true).catch(failed));

    const asTyped = () => {
      state.asTyped = true;
      updateSafely();
      box.focus();
    };
    const correction = (text) =>
      element(
        "div",
        { className: "search-correction" },
        element("p", {}, "Showing results for ", element("strong", {}, text), "."),
        element(
          "button",
          { type: "button", onclick: asTyped },
          `Search for “${state.query.trim()}” instead`,
        ),
      );

    const nothing = (all) => {
      const filtered = all.length > 0;
      const text = filtered
        ? `${plural(all.length, "result")} without the filters.`
        : "Try other words, or fewer of them.";
      return [element("p", {}, text), filtered ? null : suggestions("These find something:")];
    };

    const update = async () => {
      turn += 1;
      const mine = turn;
      found.setAttribute("aria-busy", "true");
      history.replaceState(null, "", addressOf(state));
      const query = state.query.trim();
      const filtering = Object.values(state.chosen).some((values) => values.size);
      const meant = understood(query, index.find, state.asTyped);
      const words = meant.words.map((one) => one.word).filter((word) => word !== null);
      const unknown = meant.words.filter((one) => one.word === null).map((one) => one.typed);
      const all = query ? await index.search([...new Set(words)]) : index.all;
      if (mine !== turn) return;
      pages = left(all);
      shown = 0;
      results.replaceChildren();
      more.hidden = true;
      showCounts(all);
      list.hidden = Boolean(query || filtering);
      body.classList.toggle("searching", list.hidden);
      notice.replaceChildren();
      if (!list.hidden) {
        status.textContent = "";
        const some = suggestions("Try one of these, or type what you were asked:");
        if (some) notice.append(some);
      } else {
        const what = query ? ` for “${meant.shown}”` : "";
        status.textContent = pages.length
          ? `${plural(pages.length, "result")}${what}`
          : `No results${what}`;
        if (meant.corrected) notice.append(correction(meant.shown));
        if (unknown.length && words.length) {
          notice.append(element("p", {}, `No page has ${quoted(unknown)}.`));
        }
        if (!pages.length) notice.append(...nothing(all).filter(Boolean));
      }
      notice.hidden = !notice.childElementCount;
      if (list.hidden) await showMore(false);
      if (mine === turn) found.setAttribute("aria-busy", "false");
    };
    const updateSafely = () => update().catch(failed);

    let timer;
    box.addEventListener("input", () => {
      clearTimeout(timer);
      state.query = box.value;
      state.asTyped = false;
      if (index) timer = setTimeout(updateSafely, QUIET);
    });
    form.addEventListener("submit", (event) => {
      if (!index) return; // the page is opened again, with the query in its address
      event.preventDefault();
      clearTimeout(timer);
      state.query = box.value;
      updateSafely();
    });

    // Down and up go through the results, as in the lists that search boxes open.
    place.addEventListener("keydown", (event) => {
      if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || event.ctrlKey) return;
      const stops = [box, ...results.querySelectorAll("h2 a")];
      const at = stops.indexOf(document.activeElement);
      const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (at < 0 || !next) return;
      event.preventDefault();
      next.focus();
    });

    status.textContent = "Loading the search …";
    try {
      index = await openIndex(root);
      const typed = state.query;
      state = { ...readAddress(Object.keys(index.facets)), query: typed };
      groups = Object.keys(NAMES)
        .filter((name) => index.facets[name])
        .map(filterGroup);
      filters.append(
        element("div", {}, element("h2", {}, "Filters"), clear),
        ...groups.map(({ group }) => group),
      );
      await update();
    } catch (error) {
      failed(error);
    }
  };

  start();
})();
