// The filters: which values are chosen, and how many pages would be left with each.

import { button, element } from "../shared/dom.js";
import { IN_BANK, language, t } from "../shared/language.js";

const TITLES = { category: t("Category"), level: t("Level"), kind: t("Kind"), company: t("Company"), region: t("Region") };

const OF_BANK = ["category", "company", "region"]; // whose values are words of the bank

// Values in the site's order, then alphabetically.
const byOrder = (order) => {
  const rank = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
  return (a, b) => rank(a) - rank(b) || a.localeCompare(b, language);
};

export class Filters {
  // By the name of a filter: `facets` has a Map from values to the ids of their pages, `chosen` a Set
  // of values, `orders` a list of values.
  constructor({ facets, chosen, orders, onchange, onclear }) {
    Object.assign(this, { facets, chosen, onchange });
    const names = Object.keys(TITLES).filter((name) => facets[name]);
    this.groups = names.map((name) => this.group(name, orders[name] ?? []));
    const clear = () => {
      this.clear();
      onclear();
    };
    this.clearButton = button(t("Clear filters"), clear, { className: "search-clear", hidden: true });
  }

  get nodes() {
    const head = element("div", {}, element("h2", {}, t("Filters")), this.clearButton);
    return [head, ...this.groups.map(({ details }) => details)];
  }

  get areActive() {
    return Object.values(this.chosen).some((values) => values.size);
  }

  group(name, order) {
    const note = element("span", { className: "chosen" });
    const boxes = [...this.facets[name].keys()].sort(byOrder(order)).map((value) => this.box(name, value));
    const title = TITLES[name];
    const details = element(
      "details",
      {},
      element("summary", {}, title, note),
      element("ul", { "aria-label": title }, ...boxes.map(({ item }) => item)),
    );
    details.open = this.chosen[name].size > 0 || (name === "category" && innerWidth >= 800);
    return { name, details, note, boxes };
  }

  box(name, value) {
    const values = this.chosen[name];
    const input = element("input", { type: "checkbox", name, value });
    const hits = element("span", { className: "hits" });
    input.checked = values.has(value);
    input.addEventListener("change", () => {
      if (input.checked) values.add(value);
      else values.delete(value);
      this.onchange();
    });
    const label = element("label", {}, input, element("span", OF_BANK.includes(name) ? IN_BANK : {}, value), hits);
    return { value, input, hits, item: element("li", {}, label) };
  }

  clear() {
    for (const values of Object.values(this.chosen)) values.clear();
    for (const { boxes } of this.groups) for (const { input } of boxes) input.checked = false;
  }

  // The pages that match all filters, except the filter named `except`.
  left(pages, except) {
    const leaves = (id) => ([name, values]) =>
      name === except ||
      values.size === 0 ||
      [...values].some((value) => this.facets[name].get(value)?.has(id));
    return pages.filter(({ id }) => Object.entries(this.chosen).every(leaves(id)));
  }

  showCounts(pages) {
    for (const { name, details, note, boxes } of this.groups) {
      const ids = this.left(pages, name).map((page) => page.id);
      for (const { value, hits, item } of boxes) {
        const members = this.facets[name].get(value);
        const count = ids.filter((id) => members.has(id)).length;
        hits.textContent = count;
        item.classList.toggle("none", count === 0);
      }
      const { size } = this.chosen[name];
      note.textContent = size ? ` ${t("{number} chosen", { number: size })}` : "";
      if (size) details.open = true;
    }
    this.clearButton.hidden = !this.areActive;
  }
}
