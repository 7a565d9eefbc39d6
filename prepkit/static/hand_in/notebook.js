// The open notebook: which answers it carries, and how they are put into it.
//
// They are in two places. The metadata of the notebook lasts while cells are run again, which empties their
// outputs. An output shows the reader what there is, and is where an earlier prepkit looks.

export const MIME = "application/vnd.prepkit.answers+json";
const KEY = "prepkit"; // of the notebook's metadata
const LONGEST = 5000; // ms until a missing answer is an error
const BESIDE = 2; // the version of an export with texts beside the answers
const NOTHING = { format: "prepkit-answers", version: 1, answers: {}, reviews: [] };

// The document that a widget is in; null where its program doesn't let widgets at it. JupyterLab and
// Notebook do.
export const documentOf = (model) => {
  try {
    const { context } = model.widget_manager;
    return context.model.cells && context.save ? context : null;
  } catch {
    return null;
  }
};

const isObject = (value) => value !== null && typeof value === "object";

export const same = (one, other) => {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => same(one[name], other[name]));
};

// Each value once.
export const distinct = (values) =>
  values.filter((value, index) => values.findIndex((other) => same(value, other)) === index);

// What a notebook carries, read from it as its file has it: a list of {student_id, answers}.
export const carriedIn = ({ metadata, cells = [] }) => {
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const found = [
    { student_id: metadata?.[KEY]?.student_id, answers: metadata?.[KEY]?.answers },
    ...outputs.map((output) => ({
      student_id: output.metadata?.[KEY]?.student_id,
      answers: output.data?.[MIME],
    })),
  ];
  return distinct(found.filter(({ answers }) => answers));
};

// The same of the file on the disk. “Run All” has emptied the outputs of the open notebook before any
// widget is there to read them. An error may pass, so it is tried again; `pause` waits before that.
export const carriedOnDisk = async (context, pause) => {
  for (let tries = 3; tries > 0; tries--) {
    try {
      const address = await context.urlResolver.getDownloadUrl(context.localPath);
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LONGEST) });
      if (answer.ok) return carriedIn(await answer.json());
      if (answer.status === 404) return []; // a new notebook
    } catch {
      // no answer, or half of one
    }
    await pause();
  }
  return []; // a program that keeps its files in another way
};

// The first of several values that is of this student.
export const ofStudent = (found, student) =>
  found.find(({ student_id: owner }) => owner === undefined || owner === student)?.answers;

// `answers` with what stands in the boxes of forms and isn't in them: words that wait to be stored, or that
// were stored a moment ago. `now` is their date. A field with a `kind` isn't a part of an answer, such as a reply.
export const withTyped = (answers, fields, now) => {
  const typed = structuredClone(answers ?? NOTHING);
  for (const { question, name, kind, text, dirty, revision, savedAt } of fields) {
    const history = (kind ? typed.texts?.[kind] : typed.answers)?.[question]?.[name] ?? [];
    if (!Array.isArray(history)) continue; // not as a notebook has it
    const last = history.at(-1) ?? { revision: 0, text: "" };
    const isNewer = dirty || revision > last.revision;
    if (text === last.text || !isNewer) continue;
    const next = Math.max(last.revision + 1, dirty ? 0 : revision);
    const version = { revision: next, saved_at: dirty ? now : savedAt, origin: "form", text };
    if (kind) typed.version = BESIDE;
    const texts = kind ? ((typed.texts ??= {})[kind] ??= {}) : typed.answers;
    (texts[question] ??= {})[name] = [...history, version];
  }
  return typed;
};

// The outputs that carry the answers of one host, each with its place.
const carriers = ({ model: { cells } }, name) => {
  const found = [];
  for (let place = 0; place < cells.length; place++) {
    const { outputs } = cells.get(place);
    for (let number = 0; number < (outputs?.length ?? 0); number++) {
      const output = outputs.get(number);
      if (output.metadata[KEY]?.hand_in === name) found.push([outputs, number, output]);
    }
  }
  return found;
};

// Puts answers into the notebook, with what its output says; returns whether there was a place for them.
export const putInto = (context, { name, student }, data) => {
  const { model } = context;
  const ours = model.getMetadata?.(KEY);
  const isFree = Boolean(model.setMetadata) && (ours?.student_id ?? student) === student;
  const answers = data[MIME];
  if (isFree && !same(ours?.answers, answers)) model.setMetadata(KEY, { student_id: student, ...ours, answers });
  const outputs = carriers(context, name);
  for (const [list, number, output] of outputs) {
    const stored = output.toJSON();
    const changed = { ...stored.data, ...data };
    if (!same(stored.data, changed)) list.set(number, { ...stored, data: changed });
  }
  return isFree || outputs.length > 0;
};
