// The search page: a box, filters and results. The whole state is in the page's address.

import { button, element } from "../shared/dom.js";
import { IN_BANK, fill, t, tn } from "../shared/language.js";
import { addressOf, readAddress } from "./address.js";
import { Filters } from "./filters.js";
import { openIndex } from "./pagefind.js";
import { details, resultItem } from "./result.js";
import { understood, vocabulary } from "./words.js";

const PAGE = 10; // results shown at a time
const QUIET = 150; // milliseconds without a key press before a search starts

const quoted = (words) => words.map((word) => t("“{text}”", { text: word })).join(", ");

const results = (count) => (count ? tn("{count} result", "{count} results", count) : t("No results"));
const resultsFor = (count, query) =>
  count
    ? tn("{count} result for “{query}”", "{count} results for “{query}”", count, { query })
    : t("No results for “{query}”", { query });

const searchBox = () =>
  element("input", {
    type: "search",
    name: "q",
    id: "search-box",
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "search",
  });

const searchForm = (box, ofQuestions) =>
  element(
    "form",
    { role: "search", "aria-label": ofQuestions ? t("Questions") : t("Search this site"), className: "search-form" },
    element("label", { for: "search-box" }, ofQuestions ? t("Search the questions") : t("Search this site")),
    element("div", {}, box, element("button", { type: "submit" }, t("Search"))),
  );

export class SearchPage {
  // `place` is the element for the search, `list` the one below it that is shown without a search,
  // `root` the path to the site's folder. `settings` has `suggestions` and the filters' `order`.
  constructor(place, list, root, settings) {
    Object.assign(this, { place, list, root, settings });
    this.state = readAddress(location.search, []);
    this.turn = 0; // the number of the search: results of an older one are not shown
    this.pages = [];
    this.shown = 0; // how many of the pages are shown
    this.build();
    this.listen();
  }

  build() {
    this.box = searchBox();
    this.box.value = this.state.query;
    this.form = searchForm(this.box, this.settings.questions);
    this.status = element("p", { className: "search-status", role: "status" });
    this.notice = element("div", { className: "search-notice", hidden: true });
    this.filterColumn = element("div", { className: "search-filters" });
    this.results = element("ol", { className: "search-results" });
    const showMore = () => this.showMore(true).catch((error) => this.fail(error));
    this.more = button("", showMore, { className: "search-more", hidden: true });
    const parts = [this.status, this.notice, this.results, this.more];
    this.found = element("div", { className: "search-found", "aria-busy": "true" }, ...parts);
    this.body = element("div", { className: "search-body" }, this.filterColumn, this.found);
    this.place.append(this.form, this.body);
  }

  listen() {
    let timer;
    this.box.addEventListener("input", () => {
      clearTimeout(timer);
      this.state.query = this.box.value;
      this.state.asTyped = false;
      if (this.index) timer = setTimeout(() => this.update(), QUIET);
    });
    this.form.addEventListener("submit", (event) => {
      if (!this.index) return; // not loaded yet: the form is submitted, with the query in the address
      event.preventDefault();
      clearTimeout(timer);
      this.state.query = this.box.value;
      this.update();
    });
    this.place.addEventListener("keydown", (event) => this.step(event));
  }

  // The down and up keys move through the results, as in the lists that search boxes open.
  step(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || event.ctrlKey) return;
    const stops = [this.box, ...this.results.querySelectorAll("h2 a")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  async start() {
    this.status.textContent = t("Loading search …");
    try {
      const index = await openIndex(this.root);
      this.vocabulary = vocabulary(index.words, index.whole);
      const typed = this.state.query;
      this.state = { ...readAddress(location.search, Object.keys(index.facets)), query: typed };
      this.filters = new Filters({
        facets: index.facets,
        chosen: this.state.chosen,
        orders: this.settings.order,
        onchange: () => this.update(),
        onclear: () => this.updateFromBox(),
      });
      this.filterColumn.append(...this.filters.nodes);
      this.index = index;
    } catch (error) {
      this.fail(error);
      return;
    }
    await this.update();
  }

  // ---- searching

  // Searches with the current state, and shows the results.
  async update() {
    try {
      await this.search();
    } catch (error) {
      this.fail(error);
    }
  }

  updateFromBox() {
    this.update();
    this.box.focus();
  }

  async search() {
    this.turn += 1;
    const { turn } = this;
    this.found.setAttribute("aria-busy", "true");
    history.replaceState(null, "", addressOf(location.pathname, this.state));
    const query = this.state.query.trim();
    const meant = understood(query, this.vocabulary, this.state.asTyped);
    const words = meant.words.map((one) => one.word).filter((word) => word !== null);
    const wanted = [...new Set(words)];
    const all = await this.pagesWith(query, wanted);
    if (turn !== this.turn) return;
    this.words = query ? wanted : [];
    this.pages = this.filters.left(all);
    this.shown = 0;
    this.results.replaceChildren();
    this.more.hidden = true;
    this.filters.showCounts(all);
    this.list.hidden = Boolean(query || this.filters.areActive);
    this.body.classList.toggle("searching", this.list.hidden);
    if (this.list.hidden) this.tellResults(query, meant, all, words.length);
    else this.tellNothingAsked();
    this.notice.hidden = !this.notice.childElementCount;
    if (this.list.hidden) await this.showMore(false);
    this.place.classList.add("ready");
    if (turn === this.turn) this.found.setAttribute("aria-busy", "false");
  }

  // Without a query and filters, no page is shown, and each only counts.
  async pagesWith(query, wanted) {
    if (query) return this.index.search(wanted);
    return this.filters.areActive ? this.index.browse() : this.index.ids.map((id) => ({ id }));
  }

  // Shows the next pages, and with `focus` puts the focus on the first of them.
  async showMore(focus) {
    const { turn } = this;
    const next = await Promise.all(this.pages.slice(this.shown, this.shown + PAGE).map(details));
    if (turn !== this.turn) return;
    const items = next.map((page) => resultItem(page, this.root, this.words));
    this.results.append(...items);
    this.shown += items.length;
    const rest = this.pages.length - this.shown;
    this.more.hidden = rest <= 0;
    this.more.textContent = t("Show {number} more", { number: Math.min(rest, PAGE) });
    if (focus) items[0]?.querySelector("a").focus();
  }

  // ---- messages

  tellNothingAsked() {
    this.status.textContent = "";
    const some = this.suggestions(t("Try one of these, or type what you were asked:"));
    this.notice.replaceChildren(...(some ? [some] : []));
  }

  // `all` are the results without filters, `known` is how many of the words are in the index.
  tellResults(query, meant, all, known) {
    const { length } = this.pages;
    this.status.textContent = query ? resultsFor(length, meant.shown) : results(length);
    const unknown = meant.words.filter((one) => one.word === null).map((one) => one.typed);
    const notices = [];
    if (meant.corrected) notices.push(this.correction(meant.shown));
    if (unknown.length && known) notices.push(element("p", {}, t("No page contains {words}.", { words: quoted(unknown) })));
    if (!length) notices.push(...this.advice(all.length));
    this.notice.replaceChildren(...notices.filter(Boolean));
  }

  correction(text) {
    const asTyped = () => {
      this.state.asTyped = true;
      this.updateFromBox();
    };
    return element(
      "div",
      { className: "search-correction" },
      element("p", {}, ...fill(t("Showing results for {words}."), { words: element("strong", {}, text) })),
      button(t("Search for “{query}” instead", { query: this.state.query.trim() }), asTyped),
    );
  }

  // What to do if there are no results; `count` is the number of results without filters.
  advice(count) {
    const found = tn("{count} result without filters.", "{count} results without filters.", count);
    if (count) return [element("p", {}, `${found} ${t("Try removing one, or clear them all.")}`)];
    return [element("p", {}, t("Try other words, or fewer words.")), this.suggestions(t("Or try one of these:"))];
  }

  suggestions(lead) {
    const texts = this.settings.suggestions;
    if (!texts.length) return null;
    const items = texts.map((text) => {
      const href = addressOf(location.pathname, { query: text });
      return element("li", {}, element("a", { href, ...IN_BANK }, text));
    });
    const list = element("ul", {}, ...items);
    return element("div", { className: "search-suggestions" }, element("p", {}, lead), list);
  }

  fail(error) {
    this.place.classList.add("ready");
    this.found.setAttribute("aria-busy", "false");
    this.body.classList.remove("searching");
    this.list.hidden = false;
    this.results.replaceChildren();
    this.more.hidden = true;
    this.status.textContent = "";
    this.notice.hidden = false;
    const text = `${t("Search couldn't be loaded ({problem}).", { problem: error.message })} ${this.settings.questions ? t("The list below has every question.") : t("Choose from the list below.")}`;
    const again = button(t("Try again"), () => location.reload());
    this.notice.replaceChildren(element("div", { className: "search-failed" }, element("p", {}, text), again));
  }
}
