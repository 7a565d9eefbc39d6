// What the page says, in its language. The code is in English: a text stands for itself where the catalogue
// has no other. Pure.

import { BANK, LANGUAGE, NOTEBOOKS, WORDS } from "./catalogue.js";

const base = (code) => code.split("-")[0];
export const isEnglish = base(LANGUAGE) === "en";

// For numbers and the order of words; and for days and times, which in English follow the reader's own settings.
export const language = LANGUAGE;
export const dayLanguage = isEnglish ? [] : LANGUAGE;

// The attributes of an element whose text is of the bank or of a notebook, if that is in another language.
const markOf = (code) => (base(code) === base(LANGUAGE) ? {} : { lang: code });
export const IN_BANK = markOf(BANK);
export const IN_NOTEBOOK = markOf(NOTEBOOKS);
export const bankLanguage = base(BANK);
// And of what the page itself says in a notebook.
export const IN_OURS = IN_NOTEBOOK.lang ? { lang: LANGUAGE } : {};

const PLACE = /\{(\w+)\}/g;
const filled = (text, values) => text.replace(PLACE, (place, name) => (name in values ? values[name] : place));

// A text with `values` in the places {name}.
export const t = (text, values = {}) => filled(WORDS[text] ?? text, values);

const rules = new Intl.PluralRules(LANGUAGE);
const { pluralCategories } = rules.resolvedOptions();
const ORDER = ["zero", "one", "two", "few", "many", "other"];
const categories = ORDER.filter((name) => pluralCategories.includes(name));

// A text about a number of things, which is {count} in it.
export const tn = (one, many, count, values = {}) => {
  const known = WORDS[one];
  const text = known ? (known[categories.indexOf(rules.select(count))] ?? known.at(-1)) : count === 1 ? one : many;
  return filled(text, { count: count.toLocaleString(LANGUAGE), ...values });
};

// A text with elements in the places {name}: a list of texts and elements.
export const fill = (text, nodes) => text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? nodes[part] : part));
