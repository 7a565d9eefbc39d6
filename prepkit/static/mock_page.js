// The page “Mock interview” of the site.
//
// kinds.js is not a file: prepkit/site/bundle.py makes it from the forms of answers.

import { KINDS, STATES } from "./kinds.js";
import { render } from "./mock.js";
import { element, readJson } from "./shared/dom.js";
import { BrowserStore } from "./site/browser_store.js";
import { Forms } from "./site/forms.js";
import { MockModel } from "./site/mock_model.js";

const start = () => {
  const { answers = "prepkit" } = document.body.dataset;
  const store = new BrowserStore(answers, new Forms(KINDS, STATES));
  const el = element("div");
  document.getElementById("mock").replaceChildren(el);
  render({ model: new MockModel(store, readJson("#mock-data")), el });
};

start();
