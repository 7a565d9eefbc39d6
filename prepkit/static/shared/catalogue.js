// The language of the page and its words, as they are in the workbook. For a site, prepkit/site/bundle.py puts
// another module in the place of this one.

export const LANGUAGE = "en"; // of what the page itself says
export const BANK = "en"; // of the questions
export const NOTEBOOKS = "en";
export const WORDS = {}; // by the English text: its translation, or a list of plural forms
