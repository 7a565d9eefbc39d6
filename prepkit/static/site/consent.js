// Cookie preferences, shown by vanilla-cookieconsent. A script is loaded only once its category is
// allowed. Where no script is configured there is nothing to ask, so there is no banner.

import { element } from "../shared/dom.js";
import { isEnglish, language, t } from "../shared/language.js";
import { joinWords } from "../shared/text.js";
import { forgetCookies } from "./cookies.js";

const WOULD = {
  analytics: t("count which pages are visited and what is used on them, to improve the site"),
  marketing: t("show ads that match your interests, and measure how well they work"),
};
const TITLES = { analytics: t("Analytics"), marketing: t("Marketing") };
// Nouns are written small inside an English sentence, and large inside a German one.
const inSentence = (title) => (isEnglish ? title.toLowerCase() : title);
const CATEGORIES = Object.keys(TITLES);

// ---- the texts

// The library reads its texts as HTML.
const escaped = (text) => element("span", {}, text).innerHTML;

const categorySection = (category, configured) => {
  const title = TITLES[category];
  if (!configured) {
    return {
      title: t("{title} · not used on this site", { title }),
      description: t("It would {would}. This site doesn't do that.", { would: WOULD[category] }),
    };
  }
  const host = escaped(new URL(configured.script, location.href).host);
  const cookies = configured.cookies.length
    ? t("It may set these cookies, which are removed when you stop allowing it: {names}.", {
        names: escaped(configured.cookies.join(", ")),
      })
    : "";
  return {
    title,
    description: [
      t("A script from {host} would {would}. It is loaded only if you allow it.", { host, would: WOULD[category] }),
      cookies,
      t("It isn't given your answers, but like any script, it can read the page that it runs on."),
    ]
      .filter(Boolean)
      .join(" "),
    linkedCategory: category,
  };
};

const questionTexts = (configured) => ({
  title: t("Your choice"),
  description: t(
    "Your answers stay in this browser. This site would also like to use something that you don't need to practise: {names}. It does so only if you allow it.",
    { names: joinWords(configured.map((category) => inSentence(TITLES[category]))) },
  ),
  acceptAllBtn: t("Allow all"),
  acceptNecessaryBtn: t("Necessary only"),
  showPreferencesBtn: t("Choose"),
});

const ANSWER_BUTTONS = {
  acceptAllBtn: t("Allow all"),
  acceptNecessaryBtn: t("Necessary only"),
  savePreferencesBtn: t("Save my choice"),
};

const preferencesTexts = (scripts, asks) => ({
  title: t("Cookie preferences"),
  closeIconLabel: t("Close"),
  ...(asks && ANSWER_BUTTONS),
  sections: [
    {
      title: asks ? t("What this site may load") : t("This site collects nothing"),
      description: asks
        ? t("You can change this at any time with the link at the bottom of every page.")
        : t("It sets no cookies, doesn't count visits and loads nothing from other websites."),
    },
    {
      title: t("Strictly necessary · always on"),
      description: t(
        "The site can't work without this. Your answers, the light or dark theme, the keyboard setting and your choices here are saved in this browser and sent nowhere. There is no account.",
      ),
      linkedCategory: "necessary",
    },
    ...CATEGORIES.map((category) => categorySection(category, scripts[category])),
  ],
});

// ---- what is done

// Loads what is allowed, and removes the cookies of what is no longer allowed.
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
        // A script that is already running stops only with a new page.
        if (loaded.has(category)) location.reload();
      }
    }
  };
};

// Opens every description, so that nothing has to be clicked to read it.
const openDescriptions = ({ modalName, modal }) => {
  if (modalName !== "preferencesModal") return;
  for (const title of modal.querySelectorAll(".pm__section--expandable .pm__section-title")) title.click();
};

// `scripts` are {script, cookies} by category, null where none is configured. `name` keeps the
// choices apart where one host has several sites.
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
      default: language,
      translations: {
        [language]: {
          ...(asks && { consentModal: questionTexts(configured) }),
          preferencesModal: preferencesTexts(scripts, asks),
        },
      },
    },
  });
  // A choice made in another tab applies here too.
  window.addEventListener("storage", (event) => {
    if (event.key === key) location.reload();
  });
};
