// The end of the page: what is written is handed in as a file, brought along from another computer, deleted.

import { button, element } from "../shared/dom.js";
import { KEY_POINTS } from "../shared/fields.js";
import { flushForms, openForms } from "../shared/open_forms.js";
import { formatMoment, pluralize } from "../shared/text.js";
import { clashes } from "../site/clashes.js";
import { explained } from "../site/database.js";
import { ExchangeError } from "../site/exchange.js";
import { download, readAnswers } from "../site/files.js";
import { compareMoments, momentOf } from "../site/moments.js";
import { note, workButton } from "../site/work_button.js";
import { handInText, ownAnswers } from "./hand_in.js";
import { inTime } from "./patience.js";
import { Sent } from "./sent.js";

const paragraph = (...children) => element("p", {}, ...children);
const actions = (...children) => element("p", { className: "actions" }, ...children);
const NOTHING = { answers: new Map(), reviews: [] };

const fields = () => [...openForms()].flatMap((form) => form.fields);
const boxOf = ({ question, name, text }) => ({ question, field: name, text });
const textsOf = (answer) => Object.entries(answer).filter(([, past]) => past.at(-1).text.trim());

export class Panel {
  // `about` goes into the file that is handed in; `file` is the name of that file, `titles` are the questions'.
  // `carried` has the times of the texts that the page itself brings along, because they were handed in before.
  constructor(store, root, { about, file, titles, carried = [] }) {
    Object.assign(this, { store, about, file, titles, carried });
    this.sent = new Sent(store.name);
    this.changed = false; // since the page was opened or handed in
    this.state = element("p", { className: "handed", role: "status" });
    this.conflicts = element("div", { className: "clashes" });
    root.replaceChildren(...this.handing(), this.going(), this.deleting());
    store.onchange(({ emptied = false }) => {
      this.changed = !emptied;
      this.paint();
    });
    this.paint();
  }

  // Whether words on this page are in no file and not in the browser either.
  get isUnkept() {
    if (fields().some(({ dirty }) => dirty)) return true;
    return this.store.memory !== null && this.changed;
  }

  // ---- handing in

  handing() {
    const said = note();
    return [
      paragraph("“Hand in” saves your answers as a file, ", element("b", {}, this.file), ", in your downloads. Send that file to your coach. You can keep writing after that, and hand in again as often as you like."),
      this.state,
      actions(
        workButton("Hand in", said, () => this.handIn(), { className: "button strong" }),
        button("Print", () => window.print(), { className: "button" }),
      ),
      said,
    ];
  }

  async handIn() {
    const { text, now } = await this.written();
    const answers = Object.values(JSON.parse(text).answers).map(textsOf);
    if (!answers.some((written) => written.length)) return ["Nothing was handed in: you haven't written anything yet."];
    download(this.file, "application/json", text);
    this.sent.add(now);
    const unsaved = fields().some(({ dirty }) => dirty) ? " What isn't saved in this browser is in the file, too." : "";
    this.changed = false;
    this.paint();
    const count = answers.filter((written) => written.some(([name]) => name !== KEY_POINTS.name)).length;
    const what = `answers to ${count} of ${pluralize(this.about.questions.length, "question")}`;
    return [`Saved in your downloads as ${this.file}, with ${what}.${unsaved} Now send that file to your coach.`];
  }

  // The file, as of now: what is stored, and what is in the boxes and couldn't be stored.
  async written() {
    // Where two tabs have different texts, nothing is stored until one is chosen.
    if (!fields().some(({ conflict }) => conflict)) await flushForms();
    let stored = NOTHING;
    let boxes = fields();
    try {
      stored = await inTime(this.store.export());
      boxes = boxes.filter(({ dirty }) => dirty);
    } catch {
      // all that can be had is in the boxes
    }
    const now = momentOf(new Date());
    const text = handInText(this.about, { stored, boxes: boxes.map(boxOf), sent: [...this.sent.moments, ...this.carried], now });
    return { text, now };
  }

  // Says when the file was last saved, and whether the answers have changed since. Nobody should think that
  // it was sent.
  async paint() {
    const last = this.sent.moments.at(-1);
    if (!last) {
      this.state.replaceChildren("Not handed in yet.");
      return;
    }
    let changed = false;
    try {
      const newest = [...(await this.store.load()).values()].flatMap((fields) => [...fields.values()]);
      changed = newest.some(({ saved_at }) => compareMoments(last, saved_at) < 0);
    } catch {
      // the forms say what is wrong
    }
    const then = changed
      ? "You've changed your answers since, so hand in again when you're done."
      : "Your coach gets it when you send it.";
    this.state.replaceChildren(`File saved: ${formatMoment(last)}. ${then}`);
  }

  // ---- going on elsewhere

  going() {
    const said = element("div", { className: "note", role: "status" });
    const file = element("input", { type: "file", id: "answers-file", accept: ".json,.md", className: "unseen" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      said.replaceChildren(`Reading ${chosen.name} …`);
      said.replaceChildren(...(await this.bring(chosen)));
      file.value = ""; // so that the same file can be chosen again
    });
    return element(
      "section",
      { "aria-labelledby": "going-on" },
      element("h3", { id: "going-on" }, "To go on at another computer, or in another browser"),
      paragraph("What you write is kept in this browser only. Hand in here, take that file and this page along, open the page there, and choose the file. Its answers are added to what is there; nothing is overwritten."),
      actions(file, element("label", { className: "button", for: "answers-file" }, "Go on from a file")),
      said,
      this.conflicts,
    );
  }

  // Returns what to say about it.
  async bring(file) {
    try {
      const own = ownAnswers(this.about, await readAnswers(file, this.store.forms));
      await flushForms();
      const report = await this.store.import(own);
      this.ask(report.conflicts);
      return this.reported(report, own.left);
    } catch (error) {
      if (!(error instanceof ExchangeError)) return [paragraph(`Nothing was added. ${explained(error)}`)];
      const problems = error.problems.map((problem) => element("li", {}, problem));
      return [paragraph(`Nothing was added from ${file.name}:`), element("ul", {}, ...problems)];
    }
  }

  // Shows texts that differ here and in what was brought along, to choose from.
  ask(conflicts) {
    const nameOf = (id) => this.titles.get(id) ?? id;
    this.conflicts.replaceChildren(...clashes(this.store, conflicts, nameOf));
  }

  reported({ added, unchanged, conflicts }, left) {
    const clash = conflicts.length
      ? ` ${pluralize(conflicts.length, "text")} changed both here and in the file: choose below which one to keep. Until then yours stays.`
      : "";
    const others = left ? ` ${pluralize(left, "answer")} to questions that aren't on this page left out.` : "";
    return [paragraph(`Added ${pluralize(added, "text")}; ${unchanged} already here.${clash}${others}`)];
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
    return element(
      "section",
      { "aria-labelledby": "deleting" },
      element("h3", { id: "deleting" }, "If this isn't your own computer"),
      paragraph("When you have handed in and sent the file, delete your answers from this browser."),
      actions(button("Delete my answers here …", ask, { className: "button danger" })),
      said,
      dialog,
    );
  }

  // `saved` shows what happens while the dialog is open, `said` what was deleted.
  deleteDialog(saved, said) {
    const close = () => dialog.close();
    const deleteAll = async () => {
      await this.store.empty();
      this.sent.clear();
      said.replaceChildren("Your answers in this browser are deleted.");
      location.reload(); // or a form would still show what is deleted
      return [];
    };
    const dialog = element(
      "dialog",
      { "aria-labelledby": "delete-title", className: "asking" },
      element("h2", { id: "delete-title" }, "Delete your answers from this browser?"),
      paragraph("This deletes everything that you have written on this page, with its earlier versions. You can only get it back from a file that you handed in."),
      ...(this.carried.length ? [paragraph("What you had handed in before your coach sent you this page is in this file itself: delete the file, too.")] : []),
      saved,
      actions(
        button("Keep them", close, { className: "button" }),
        workButton("Hand in first", saved, () => this.handIn()),
        workButton("Delete", saved, deleteAll, { className: "button danger" }),
      ),
    );
    return dialog;
  }
}
