// The search in the page's address: {query, asTyped, chosen}. Pure.

// `names` are the names of the filters.
export const readAddress = (search, names) => {
  const given = new URLSearchParams(search);
  const chosen = Object.fromEntries(names.map((name) => [name, new Set(given.getAll(name))]));
  return { query: given.get("q") ?? "", asTyped: given.has("exact"), chosen };
};

export const addressOf = (path, { query, asTyped = false, chosen = {} }) => {
  const parts = new URLSearchParams();
  if (query.trim()) parts.set("q", query.trim());
  if (asTyped) parts.set("exact", "1");
  for (const [name, values] of Object.entries(chosen)) {
    for (const value of values) parts.append(name, value);
  }
  const text = parts.toString();
  return path + (text ? `?${text}` : "");
};
