// What is stored of an answer: the texts of its parts, which its question names, and the ticked key points.

export const KEY_POINTS = { name: "key_points", title: "Key points" };

// The parts of an answer to a question.
export const partsOf = ({ sections }) => sections.find(({ shape }) => shape === "boxes").boxes;
