// The browser's storage. It may be full, or turned off in the browser's settings: nothing here throws.

export const readItem = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

// Stores a text, or removes it if `text` is null; returns whether that worked.
export const writeItem = (name, text) => {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
};

// The names that begin with `prefix`; null if there is no storage.
export const itemNames = (prefix) => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return null;
  }
};
