// “Your answers”: what is written, and how it is taken along, brought in and deleted.

const IMPORT_COMMAND = "prepkit answers import";

const code = (text) => element("code", {}, text);

const download = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

const exportJson = async (store) => {
  download("prepkit-answers.json", "application/json", toJson(await store.export()));
  return [
    "Saved as prepkit-answers.json where this browser puts downloads. In the workbook, ",
    code(`${IMPORT_COMMAND} prepkit-answers.json`),
    " adds it to your answers file.",
  ];
};

const exportMarkdown = async (store) => {
  download("prepkit-answers.md", "text/markdown", toMarkdown(await store.export()));
  return ["Saved as prepkit-answers.md where this browser puts downloads."];
};

// A button whose work may fail; `outcome` shows what it returns, or why it failed.
const worker = (label, outcome, work, attributes = {}) =>
  button(label, async () => {
    try {
      outcome.replaceChildren(...(await work()));
    } catch (error) {
      outcome.replaceChildren(explained(error));
    }
  }, { className: "button", ...attributes });

const note = () => element("p", { className: "note", role: "status" });

const readAnswers = async (file) => {
  const kind = file.name.split(".").at(-1).toLowerCase();
  if (kind !== "json" && kind !== "md") throw new ExchangeError(["expected a name that ends in .json or .md"]);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new ExchangeError(["not UTF-8 text; save it with that encoding, then import it again"]);
  }
  return kind === "json" ? fromJson(text) : fromMarkdown(text);
};

class AnswersPage {
  constructor(store, root, questions) {
    this.store = store;
    this.questions = new Map(questions.map((question) => [question.id, question]));
    this.list = element("div", { className: "list" });
    this.conflicts = element("div", { className: "clashes" });
    root.replaceChildren(this.list, this.taking(), this.bringing(), this.deleting());
    store.onchange(() => this.paint());
    this.paint();
  }

  async paint() {
    let answers;
    try {
      answers = await this.store.load();
    } catch (error) {
      this.list.replaceChildren(element("p", { className: "note", role: "status" }, explained(error)));
      return;
    }
    const written = [...answers].filter(([, fields]) => [...fields.values()].some(({ text }) => text.trim()));
    const finished = written.filter(([, fields]) => stateOf(fields) === "complete").length;
    if (!written.length) {
      this.list.replaceChildren(
        element(
          "p",
          {},
          "You have written nothing here yet. ",
          element("a", { href: `${document.body.dataset.root ?? ""}index.html` }, "Choose a question"),
          ", and write your answer below it; it is kept in this browser.",
        ),
      );
      return;
    }
    const groups = new Map();
    for (const answer of written) {
      const category = this.questions.get(answer[0])?.category;
      groups.set(category, [...(groups.get(category) ?? []), answer]);
    }
    this.list.replaceChildren(
      element("p", { className: "lead" }, `${plural(written.length, "answer")}, ${finished} finished. They are kept in this browser only.`),
      ...[...groups].map(([category, group]) =>
        element(
          "section",
          {},
          element("h2", {}, category ?? "Questions of other banks"),
          element("ul", { className: "questions" }, ...group.map(([id, fields]) => this.entry(id, fields))),
        ),
      ),
    );
  }

  entry(id, fields) {
    const question = this.questions.get(id);
    const words = PARTS.reduce((sum, name) => sum + wordsOf(fields.get(name)?.text ?? ""), 0);
    const last = [...fields.values()].map(({ saved_at }) => saved_at).sort(inOrder).at(-1);
    const state = stateOf(fields);
    return element(
      "li",
      {},
      question
        ? element("a", { href: question.href }, element("span", { className: "text" }, question.text))
        : element("span", { className: "text" }, id),
      element("span", { className: "mark", "data-state": state }, MARKS[state] || "key points"),
      element("p", { className: "focus" }, `${plural(words, "word")} · ${when(last)}`),
    );
  }

  taking() {
    const said = note();
    return element(
      "section",
      {},
      element("h2", {}, "Take them along"),
      element(
        "p",
        {},
        "The JSON file holds every text with all of its earlier versions: keep it as a copy, open it in another browser, or bring it into the workbook with ",
        code(`${IMPORT_COMMAND} FILE`),
        ". The Markdown file holds the current texts, to read and print.",
      ),
      element(
        "p",
        { className: "actions" },
        worker("Export my answers", said, () => exportJson(this.store), { className: "button strong" }),
        worker("Export as Markdown", said, () => exportMarkdown(this.store)),
      ),
      said,
    );
  }

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
    return element(
      "section",
      {},
      element("h2", {}, "Bring answers in"),
      element(
        "p",
        {},
        "A file that was exported here or with ",
        code("prepkit answers export"),
        ". Its answers are added; none of yours is overwritten.",
      ),
      element("p", { className: "actions" }, file, element("label", { className: "button", for: "answers-file" }, "Choose a file to import")),
      said,
      this.conflicts,
    );
  }

  async bring(file) {
    try {
      const report = await this.store.import(await readAnswers(file));
      this.showConflicts(report.conflicts);
      const clash = report.conflicts.length
        ? ` ${plural(report.conflicts.length, "text")} changed both here and in the file: choose below. Until then yours stays, and the other is in the file.`
        : "";
      return [
        element("p", {}, `Added ${plural(report.added, "text")} and ${plural(report.reviews, "rehearsal")}; ${report.unchanged} here already.${clash}`),
        element("p", {}, "The workbook takes the same file: ", code(`${IMPORT_COMMAND} ${file.name}`)),
      ];
    } catch (error) {
      if (!(error instanceof ExchangeError)) return [element("p", {}, `Nothing was imported. ${explained(error)}`)];
      return [
        element("p", {}, `${file.name}: nothing was imported.`),
        element("ul", {}, ...error.problems.map((problem) => element("li", {}, problem))),
      ];
    }
  }

  showConflicts(conflicts) {
    this.conflicts.replaceChildren(...conflicts.map((conflict, index) => this.clash(conflict, index)));
  }

  clash(conflict, index) {
    const { stored, imported } = conflict;
    const title = `${titleOf(stored.field)} · ${this.questions.get(stored.question)?.text ?? stored.question}`;
    const id = `clash-${index}`;
    const said = note();
    const choose = (keep, told) =>
      worker(keep === "stored" ? "Keep mine" : "Use the text of the file", said, async () => {
        try {
          await this.store.settle(conflict, keep);
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
          // Another tab saved meanwhile: the choice is between its text and the file's.
          const renewed = this.clash({ stored: error.current, imported }, index);
          box.replaceWith(renewed);
          renewed.querySelector("button").focus();
          return [];
        }
        box.replaceChildren(element("p", { className: "note", tabindex: "-1" }, `${title}: ${told}`));
        box.firstChild.focus();
        return [];
      });
    const version = (heading, text) =>
      element("div", {}, element("h4", {}, heading), element("blockquote", { className: "version" }, text || "(empty)"));
    const box = element(
      "section",
      { className: "clash", "aria-labelledby": id },
      element("h3", { id }, title),
      element(
        "div",
        { className: "versions" },
        version(`In this browser, ${when(stored.saved_at)}`, stored.text),
        version("In the file", imported),
      ),
      element(
        "p",
        { className: "actions" },
        choose("stored", "your text stays. The file's is among its earlier versions."),
        choose("imported", "the file's text is in its place. Yours is among its earlier versions."),
      ),
      element("p", { className: "hint" }, "Whichever you choose, the other stays under “Earlier versions”."),
      said,
    );
    return box;
  }

  deleting() {
    const said = note();
    const saved = note();
    const close = () => dialog.close();
    const dialog = element(
      "dialog",
      { "aria-labelledby": "delete-title", className: "asking" },
      element("h2", { id: "delete-title" }, "Delete all answers in this browser?"),
      element("p", {}, "Every text goes, with its earlier versions and rehearsals. Nothing can bring them back but a file that you exported."),
      saved,
      element(
        "p",
        { className: "actions" },
        button("Keep them", close, { className: "button" }),
        worker("Export first", saved, () => exportJson(this.store)),
        worker("Delete all", saved, async () => {
          await this.store.empty();
          close();
          this.showConflicts([]);
          said.replaceChildren("All answers in this browser are deleted.");
          return [];
        }, { className: "button danger" }),
      ),
    );
    return element(
      "section",
      {},
      element("h2", {}, "Delete them"),
      element("p", {}, "They also go when you clear this site's data in your browser's settings."),
      element("p", { className: "actions" }, button("Delete all answers …", () => {
        saved.replaceChildren();
        dialog.showModal();
      }, { className: "button danger" })),
      said,
      dialog,
    );
  }
}
