// Cookie preferences, shown by vanilla-cookieconsent. Neither script is asked for before its
// category is allowed; where nothing is configured there is nothing to ask, and no banner.

const WOULD = {
  analytics: "count which pages are visited and what is used on them, so that they can be made better",
  marketing: "show advertisements that fit you, and measure what comes of them",
};
const CATEGORY_TITLES = { analytics: "Analytics", marketing: "Marketing" };

const escaped = (text) => element("span", {}, text).innerHTML;

const namePattern = (name) =>
  new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\\\*$/, ".*")}$`);

// A script may have set its cookies for any folder and any domain above the page.
const forgetCookies = (names) => {
  const patterns = names.map(namePattern);
  const present = document.cookie.split(/;\s*/).map((cookie) => cookie.split("=")[0]);
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, index) => `; domain=${labels.slice(index).join(".")}`)];
  const folders = location.pathname.split("/");
  const paths = folders.flatMap((_, index) => {
    const path = folders.slice(0, index).join("/");
    return [path || "/", `${path}/`];
  });
  for (const name of present.filter((each) => patterns.some((pattern) => pattern.test(each)))) {
    for (const domain of domains) {
      for (const path of paths) document.cookie = `${name}=; max-age=0; path=${path}${domain}`;
    }
  }
};

const consentSection = (category, configured) => {
  const title = CATEGORY_TITLES[category];
  if (!configured) {
    return { title: `${title} · not used on this site`, description: `It would ${WOULD[category]}. This site has no such script.` };
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

const runConsent = (name, scripts) => {
  const configured = Object.keys(CATEGORY_TITLES).filter((category) => scripts[category]);
  const asks = configured.length > 0;
  const key = `prepkit-consent:${name}`;
  const loaded = new Set();
  const apply = () => {
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
    onModalReady: ({ modalName, modal }) => {
      if (modalName !== "preferencesModal") return;
      // Every description is open to read.
      for (const title of modal.querySelectorAll(".pm__section--expandable .pm__section-title")) title.click();
    },
    language: {
      default: "en",
      translations: {
        en: {
          ...(asks && {
            consentModal: {
              title: "Your choice",
              description:
                "Your answers stay in this browser. This site would also load what is not needed to practise: " +
                `${configured.map((category) => CATEGORY_TITLES[category].toLowerCase()).join(" and ")}. It does so only if you allow it.`,
              acceptAllBtn: "Allow all",
              acceptNecessaryBtn: "Necessary only",
              showPreferencesBtn: "Choose",
            },
          }),
          preferencesModal: {
            title: "Cookie preferences",
            closeIconLabel: "Close",
            ...(asks && {
              acceptAllBtn: "Allow all",
              acceptNecessaryBtn: "Necessary only",
              savePreferencesBtn: "Save my choice",
            }),
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
              ...Object.keys(CATEGORY_TITLES).map((category) => consentSection(category, scripts[category])),
            ],
          },
        },
      },
    },
  });
  // A choice made in another tab holds here too.
  window.addEventListener("storage", (event) => {
    if (event.key === key) location.reload();
  });
};
