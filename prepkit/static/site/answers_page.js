// “Your answers”: what is written, and how it is exported, imported and deleted.

import { button, element } from "../shared/dom.js";
import { Vault } from "../mock/vault.js";
import { KEY_POINTS } from "../shared/fields.js";
import { IN_BANK, fill, language, t, tn } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { countWords } from "../shared/words.js";
import { clashes } from "./clashes.js";
import { explained } from "./database.js";
import { ExchangeError } from "./exchange.js";
import { exportJson, exportMarkdown, importCommand, readAnswers } from "./files.js";
import { compareMoments } from "./moments.js";
import { note, workButton } from "./work_button.js";

const section = (title, ...children) => element("section", {}, element("h2", {}, title), ...children);
const paragraph = (...children) => element("p", {}, ...children);
const actions = (...children) => element("p", { className: "actions" }, ...children);

export class AnswersPage {
  // `questions` are the questions on this site: {id, kind, text, category, href}.
  constructor(store, root, questions) {
    this.store = store;
    this.questions = new Map(questions.map((question) => [question.id, question]));
    this.list = element("div", { className: "list" });
    this.conflicts = element("div", { className: "clashes" });
    const rest = [this.exporting(), this.importing(), this.deleting()];
    store.onchange(() => this.paint());
    // All at once, so that nothing moves when the answers have been read.
    this.paint().then(() => root.replaceChildren(this.list, ...rest));
  }

  // ---- the list of answers

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
    const lead = tn(
      "{count} answer, {finished} complete. They are saved in this browser only.",
      "{count} answers, {finished} complete. They are saved in this browser only.",
      written.length,
      { finished: finished.toLocaleString(language) },
    );
    const groups = new Map();
    const elsewhere = t("Questions that aren't on this site");
    for (const answer of written) {
      const category = this.questions.get(answer[0])?.category ?? elsewhere;
      groups.set(category, [...(groups.get(category) ?? []), answer]);
    }
    const lists = [...groups].map(([category, group]) =>
      section(category === elsewhere ? category : element("span", IN_BANK, category), element("ul", { className: "questions" }, ...group.map((answer) => this.entry(...answer)))),
    );
    return [element("p", { className: "lead" }, lead), ...lists];
  }

  nothing() {
    const home = `${document.body.dataset.root ?? ""}index.html`;
    return paragraph(
      t("You haven't written anything here yet."),
      " ",
      ...fill(t("{choose} and write your answer below it. It is saved in this browser as you type."), {
        choose: element("a", { href: home }, t("Choose a question")),
      }),
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
    const text = element("span", { className: "text", ...(question && IN_BANK) }, question?.text ?? id);
    return element(
      "li",
      {},
      question ? element("a", { href: question.href }, text) : text,
      element("span", { className: "mark", "data-state": state }, this.store.forms.markOf(state) || t("Key points checked")),
      element("p", { className: "focus" }, `${tn("{count} word", "{count} words", words)} · ${formatMoment(last)}`),
    );
  }

  // ---- exporting

  exporting() {
    const said = note();
    return section(
      t("Export your answers"),
      paragraph(
        ...fill(
          t("The JSON file holds every text with all its earlier versions. Keep it as a backup, import it in another browser, or add it to the workbook with {command}."),
          { command: importCommand("FILE") },
        ),
        " ",
        t("The Markdown file holds your current texts below their questions, to read and print."),
      ),
      actions(
        workButton(t("Export my answers"), said, () => exportJson(this.store), { className: "button strong" }),
        workButton(t("Export as Markdown"), said, () => exportMarkdown(this.store, this.titles())),
      ),
      said,
    );
  }

  titles() {
    return new Map([...this.questions.values()].map(({ id, text }) => [id, text]));
  }

  // ---- importing

  importing() {
    const said = element("div", { className: "note", role: "status" });
    const file = element("input", { type: "file", id: "answers-file", accept: ".json,.md", className: "unseen" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      said.replaceChildren(t("Reading {file} …", { file: chosen.name }));
      said.replaceChildren(...(await this.bring(chosen)));
      file.value = ""; // so that the same file can be chosen again once it is corrected
    });
    return section(
      t("Import answers"),
      paragraph(
        ...fill(t("Choose a file that was exported here or with {command}."), {
          command: element("code", {}, "prepkit answers export"),
        }),
        " ",
        t("Its answers are added to yours. Nothing of yours is overwritten."),
      ),
      actions(file, element("label", { className: "button", for: "answers-file" }, t("Choose a file to import"))),
      said,
      this.conflicts,
    );
  }

  // Returns what to say about it.
  async bring(file) {
    try {
      const read = await readAnswers(file, this.store.forms);
      const report = await this.store.import(read);
      this.showConflicts(report.conflicts);
      return this.reported(report, read.unread, file.name);
    } catch (error) {
      if (!(error instanceof ExchangeError)) return [paragraph(`${t("Nothing was imported.")} ${explained(error)}`)];
      return [
        paragraph(
          t("Nothing was imported."),
          " ",
          tn("{file} has {count} problem:", "{file} has {count} problems:", error.problems.length, { file: file.name }),
        ),
        element("ul", {}, ...error.problems.map((problem) => element("li", {}, problem))),
      ];
    }
  }

  reported({ added, reviews, unchanged, conflicts }, unread, name) {
    const texts = (count) => tn("{count} text", "{count} texts", count);
    const changed = tn(
      "{count} text changed both here and in the file.",
      "{count} texts changed both here and in the file.",
      conflicts.length,
    );
    const clash = conflicts.length ? ` ${changed} ${t("Choose below which one to keep. Until then yours stays.")}` : "";
    const rehearsals = tn("{count} rehearsal", "{count} rehearsals", reviews);
    const counts = { texts: texts(added), rehearsals, unchanged: texts(unchanged) };
    const done = t("Added {texts} and {rehearsals}; {unchanged} already here.", counts);
    const names = unread.join(", ");
    const left = unread.length
      ? [paragraph(t("Not added: {names}. The workbook keeps them; this site doesn't.", { names }))]
      : [];
    const again = paragraph(t("To add the same file to the workbook:"), " ", importCommand(name));
    return [paragraph(`${done}${clash}`), ...left, again];
  }

  showConflicts(conflicts) {
    const nameOf = (id) => this.questions.get(id)?.text ?? id;
    this.conflicts.replaceChildren(...clashes(this.store, conflicts, nameOf));
  }

  // ---- deleting

  deleting() {
    const said = note();
    const saved = note();
    const dialog = this.deleteDialog(saved, said);
    const ask = () => {
      saved.replaceChildren();
      dialog.showModal();
    };
    return section(
      t("Delete your answers"),
      paragraph(t("They are also deleted if you clear this site's data in your browser's settings.")),
      actions(button(t("Delete all answers …"), ask, { className: "button danger" })),
      said,
      dialog,
    );
  }

  // `saved` shows what happens while the dialog is open, `said` what was deleted.
  deleteDialog(saved, said) {
    const close = () => dialog.close();
    const deleteAll = async () => {
      await this.store.empty();
      await new Vault(this.store.name).empty();
      close();
      this.showConflicts([]);
      said.replaceChildren(t("All answers and recordings in this browser are deleted."));
      return [];
    };
    const dialog = element(
      "dialog",
      { "aria-labelledby": "delete-title", className: "asking" },
      element("h2", { id: "delete-title" }, t("Delete all answers in this browser?")),
      paragraph(
        t("This deletes every text, with its earlier versions and rehearsals, and everything of your mock interviews. You can only get your texts back from a file that you exported; recordings are in no such file."),
      ),
      saved,
      actions(
        button(t("Keep them"), close, { className: "button" }),
        workButton(t("Export first"), saved, () => exportJson(this.store)),
        workButton(t("Delete all"), saved, deleteAll, { className: "button danger" }),
      ),
    );
    return dialog;
  }
}
