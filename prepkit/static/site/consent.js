// Cookie preferences, shown by vanilla-cookieconsent. Neither script is asked for before its
// category is allowed; where nothing is configured there is nothing to ask, and no banner.

import { element } from "../shared/dom.js";
import { forgetCookies } from "./cookies.js";

const WOULD = {
  analytics: "count which pages are visited and what is used on them, so that they can be made better",
  marketing: "show advertisements that fit you, and measure what comes of them",
};
const TITLES = { analytics: "Analytics", marketing: "Marketing" };
const CATEGORIES = Object.keys(TITLES);

// ---- what is said

// The library reads its texts as HTML.
const escaped = (text) => element("span", {}, text).innerHTML;

const categorySection = (category, configured) => {
  const title = TITLES[category];
  if (!configured) {
    return {
      title: `${title} · not used on this site`,
      description: `It would ${WOULD[category]}. This site has no such script.`,
    };
  }
  const host = escaped(new URL(configured.script, location.href).host);
  const cookies = configured.cookies.length
    ? ` It may keep these cookies, which are removed when you no longer allow it: ${escaped(configured.cookies.join(", "))}.`
    : "";
  return {
    title,
    description:
      `A script of ${host} would ${WOULD[category]}. It is not loaded before you allow it.${cookies} ` +
      "Your answers are not given to it; but like any script it could read the page on which it runs.",
    linkedCategory: category,
  };
};

const questionTexts = (configured) => ({
  title: "Your choice",
  description:
    "Your answers stay in this browser. This site would also load what is not needed to practise: " +
    `${configured.map((category) => TITLES[category].toLowerCase()).join(" and ")}. It does so only if you allow it.`,
  acceptAllBtn: "Allow all",
  acceptNecessaryBtn: "Necessary only",
  showPreferencesBtn: "Choose",
});

const ANSWER_BUTTONS = {
  acceptAllBtn: "Allow all",
  acceptNecessaryBtn: "Necessary only",
  savePreferencesBtn: "Save my choice",
};

const preferencesTexts = (scripts, asks) => ({
  title: "Cookie preferences",
  closeIconLabel: "Close",
  ...(asks && ANSWER_BUTTONS),
  sections: [
    {
      title: asks ? "What this site may load" : "This site collects nothing",
      description: asks
        ? "You can change this at any time; the link is at the end of every page."
        : "It sets no cookies, counts no visits and loads nothing from other hosts.",
    },
    {
      title: "Strictly necessary · always on",
      description:
        "The site could not work without it. Your answers and what you type, the colours, " +
        "the keyboard setting and the choice made here are kept in this browser, and sent nowhere. " +
        "There is no account.",
      linkedCategory: "necessary",
    },
    ...CATEGORIES.map((category) => categorySection(category, scripts[category])),
  ],
});

// ---- what is done

// Loads what is allowed, and takes back what is no longer.
const follower = (configured, scripts) => {
  const loaded = new Set();
  return () => {
    for (const category of configured) {
      const { script, cookies } = scripts[category];
      if (CookieConsent.acceptedCategory(category)) {
        if (!loaded.has(category)) document.head.append(element("script", { src: script, async: true }));
        loaded.add(category);
      } else {
        forgetCookies(cookies);
        // Nothing but a new page stops a script that runs.
        if (loaded.has(category)) location.reload();
      }
    }
  };
};

// Every description is open to read.
const openDescriptions = ({ modalName, modal }) => {
  if (modalName !== "preferencesModal") return;
  for (const title of modal.querySelectorAll(".pm__section--expandable .pm__section-title")) title.click();
};

// `scripts` are {script, cookies} by category, null where none is configured; `name` tells the
// choices of sites of one host apart.
export const runConsent = (name, scripts) => {
  const configured = CATEGORIES.filter((category) => scripts[category]);
  const asks = configured.length > 0;
  const key = `prepkit-consent:${name}`;
  const apply = follower(configured, scripts);
  CookieConsent.run({
    root: "body",
    autoShow: asks,
    hideFromBots: false,
    autoClearCookies: false, // `apply` does, in every folder and domain
    manageScriptTags: false,
    revision: 1,
    cookie: { name: key, useLocalStorage: true }, // a cookie would be sent to the host
    guiOptions: { consentModal: { layout: "box", position: "bottom right" }, preferencesModal: { layout: "box" } },
    categories: {
      necessary: { enabled: true, readOnly: true },
      ...Object.fromEntries(configured.map((category) => [category, {}])),
    },
    onConsent: apply,
    onChange: apply,
    onModalReady: openDescriptions,
    language: {
      default: "en",
      translations: {
        en: {
          ...(asks && { consentModal: questionTexts(configured) }),
          preferencesModal: preferencesTexts(scripts, asks),
        },
      },
    },
  });
  // A choice made in another tab holds here too.
  window.addEventListener("storage", (event) => {
    if (event.key === key) location.reload();
  });
};
