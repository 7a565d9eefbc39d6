// Deletes the cookies of a script that the visitor no longer allows.

// The pattern for a name in the settings, in which * at the end matches any ending.
const namePattern = (name) =>
  new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\\\*$/, ".*")}$`);

// A script may have set its cookies for any folder and any domain above the page, and a cookie is
// deleted only with the same folder and domain.
const possiblePaths = () => {
  const folders = location.pathname.split("/");
  return folders.flatMap((_, index) => {
    const path = folders.slice(0, index).join("/");
    return [path || "/", `${path}/`];
  });
};

const possibleDomains = () => {
  const labels = location.hostname.split(".");
  return ["", ...labels.map((_, index) => `; domain=${labels.slice(index).join(".")}`)];
};

export const forgetCookies = (names) => {
  const patterns = names.map(namePattern);
  const present = document.cookie.split(/;\s*/).map((cookie) => cookie.split("=")[0]);
  for (const name of present.filter((each) => patterns.some((pattern) => pattern.test(each)))) {
    for (const domain of possibleDomains()) {
      for (const path of possiblePaths()) document.cookie = `${name}=; max-age=0; path=${path}${domain}`;
    }
  }
};
