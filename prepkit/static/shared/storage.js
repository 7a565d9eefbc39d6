// The browser's storage, which may be full, or refused by the browser's settings: nothing here throws.

export const readItem = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

// Keeps a text, or with null keeps none any more; says whether that was possible.
export const writeItem = (name, text) => {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
};

// The names that begin with `prefix`; null where there is no storage.
export const itemNames = (prefix) => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return null;
  }
};
