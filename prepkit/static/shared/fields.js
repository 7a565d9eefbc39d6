// What is stored of an answer beside the texts of its parts, which the question names.
export const KEY_POINTS = { name: "key_points", title: "Key points" };
