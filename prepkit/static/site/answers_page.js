// “Your answers”: what is written, and how it is taken along, brought in and deleted.

import { button, element } from "../shared/dom.js";
import { KEY_POINTS } from "../shared/fields.js";
import { countWords, formatMoment, pluralize } from "../shared/text.js";
import { clashes } from "./clashes.js";
import { explained } from "./database.js";
import { ExchangeError } from "./exchange.js";
import { exportJson, exportMarkdown, importCommand, readAnswers } from "./files.js";
import { MARKS } from "./marks.js";
import { compareMoments } from "./moments.js";
import { note, workButton } from "./work_button.js";

const section = (title, ...children) => element("section", {}, element("h2", {}, title), ...children);
const paragraph = (...children) => element("p", {}, ...children);
const actions = (...children) => element("p", { className: "actions" }, ...children);

export class AnswersPage {
  // `questions` are those of this site: {id, kind, text, category, href}.
  constructor(store, root, questions) {
    this.store = store;
    this.questions = new Map(questions.map((question) => [question.id, question]));
    this.list = element("div", { className: "list" });
    this.conflicts = element("div", { className: "clashes" });
    root.replaceChildren(this.list, this.taking(), this.bringing(), this.deleting());
    store.onchange(() => this.paint());
    this.paint();
  }

  // ---- what is written

  async paint() {
    let answers;
    try {
      answers = await this.store.load();
    } catch (error) {
      this.list.replaceChildren(element("p", { className: "note", role: "status" }, explained(error)));
      return;
    }
    this.list.replaceChildren(...this.written(answers));
  }

  written(answers) {
    const written = [...answers].filter(([, fields]) => [...fields.values()].some(({ text }) => text.trim()));
    if (!written.length) return [this.nothing()];
    const finished = written.filter(([id, fields]) => this.stateOf(id, fields) === "complete").length;
    const lead = `${pluralize(written.length, "answer")}, ${finished} finished. They are kept in this browser only.`;
    const groups = new Map();
    for (const answer of written) {
      const category = this.questions.get(answer[0])?.category ?? "Questions of other banks";
      groups.set(category, [...(groups.get(category) ?? []), answer]);
    }
    const lists = [...groups].map(([category, group]) =>
      section(category, element("ul", { className: "questions" }, ...group.map((answer) => this.entry(...answer)))),
    );
    return [element("p", { className: "lead" }, lead), ...lists];
  }

  nothing() {
    const home = `${document.body.dataset.root ?? ""}index.html`;
    return paragraph(
      "You have written nothing here yet. ",
      element("a", { href: home }, "Choose a question"),
      ", and write your answer below it; it is kept in this browser.",
    );
  }

  stateOf(id, fields) {
    return this.store.forms.stateOf(fields, this.questions.get(id)?.kind);
  }

  entry(id, fields) {
    const question = this.questions.get(id);
    const parts = [...fields.values()].filter(({ field }) => field !== KEY_POINTS.name);
    const words = parts.reduce((sum, { text }) => sum + countWords(text), 0);
    const last = [...fields.values()].map(({ saved_at }) => saved_at).sort(compareMoments).at(-1);
    const state = this.stateOf(id, fields);
    const text = element("span", { className: "text" }, question?.text ?? id);
    return element(
      "li",
      {},
      question ? element("a", { href: question.href }, text) : text,
      element("span", { className: "mark", "data-state": state }, MARKS[state] || "key points"),
      element("p", { className: "focus" }, `${pluralize(words, "word")} · ${formatMoment(last)}`),
    );
  }

  // ---- taking them along

  taking() {
    const said = note();
    return section(
      "Take them along",
      paragraph(
        "The JSON file holds every text with all of its earlier versions: keep it as a copy, open it in another browser, or bring it into the workbook with ",
        importCommand("FILE"),
        ". The Markdown file holds the current texts, to read and print.",
      ),
      actions(
        workButton("Export my answers", said, () => exportJson(this.store), { className: "button strong" }),
        workButton("Export as Markdown", said, () => exportMarkdown(this.store)),
      ),
      said,
    );
  }

  // ---- bringing them in

  bringing() {
    const said = element("div", { className: "note", role: "status" });
    const file = element("input", { type: "file", id: "answers-file", accept: ".json,.md", className: "unseen" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      said.replaceChildren(`Reading ${chosen.name} …`);
      said.replaceChildren(...(await this.bring(chosen)));
      file.value = ""; // so that the same file, put right, can be chosen again
    });
    return section(
      "Bring answers in",
      paragraph(
        "A file that was exported here or with ",
        element("code", {}, "prepkit answers export"),
        ". Its answers are added; none of yours is overwritten.",
      ),
      actions(file, element("label", { className: "button", for: "answers-file" }, "Choose a file to import")),
      said,
      this.conflicts,
    );
  }

  // Returns what to tell of it.
  async bring(file) {
    try {
      const report = await this.store.import(await readAnswers(file, this.store.forms));
      this.showConflicts(report.conflicts);
      return this.reported(report, file.name);
    } catch (error) {
      if (!(error instanceof ExchangeError)) return [paragraph(`Nothing was imported. ${explained(error)}`)];
      return [
        paragraph(`${file.name}: nothing was imported.`),
        element("ul", {}, ...error.problems.map((problem) => element("li", {}, problem))),
      ];
    }
  }

  reported({ added, reviews, unchanged, conflicts }, name) {
    const clash = conflicts.length
      ? ` ${pluralize(conflicts.length, "text")} changed both here and in the file: choose below. Until then yours stays, and the other is in the file.`
      : "";
    const done = `Added ${pluralize(added, "text")} and ${pluralize(reviews, "rehearsal")}; ${unchanged} here already.`;
    return [paragraph(`${done}${clash}`), paragraph("The workbook takes the same file: ", importCommand(name))];
  }

  showConflicts(conflicts) {
    const nameOf = (id) => this.questions.get(id)?.text ?? id;
    this.conflicts.replaceChildren(...clashes(this.store, conflicts, nameOf));
  }

  // ---- deleting them

  deleting() {
    const said = note();
    const saved = note();
    const dialog = this.deleteDialog(saved, said);
    const ask = () => {
      saved.replaceChildren();
      dialog.showModal();
    };
    return section(
      "Delete them",
      paragraph("They also go when you clear this site's data in your browser's settings."),
      actions(button("Delete all answers …", ask, { className: "button danger" })),
      said,
      dialog,
    );
  }

  // `saved` tells of what happens while the dialog is open, `said` of the deletion.
  deleteDialog(saved, said) {
    const close = () => dialog.close();
    const deleteAll = async () => {
      await this.store.empty();
      close();
      this.showConflicts([]);
      said.replaceChildren("All answers in this browser are deleted.");
      return [];
    };
    const dialog = element(
      "dialog",
      { "aria-labelledby": "delete-title", className: "asking" },
      element("h2", { id: "delete-title" }, "Delete all answers in this browser?"),
      paragraph("Every text goes, with its earlier versions and rehearsals. Nothing can bring them back but a file that you exported."),
      saved,
      actions(
        button("Keep them", close, { className: "button" }),
        workButton("Export first", saved, () => exportJson(this.store)),
        workButton("Delete all", saved, deleteAll, { className: "button danger" }),
      ),
    );
    return dialog;
  }
}
