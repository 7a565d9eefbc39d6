// The site as a mock interview sees it: a model that answers the same messages as a widget's.
//
// `data` is what the page has of the bank: {rounds, topics, companies, levels, questions, rubric, note}.
// prepkit/site/mock_page.py makes it. Recordings and attempts stay in this browser; a rating is also a rehearsal
// as the form stores it, which is exported with the answers.

import { t } from "../shared/language.js";
import { takeId } from "../mock/recording.js";
import { Vault } from "../mock/vault.js";
import { explained } from "./database.js";
import { drawQuestions, dueAfter } from "./mock_draw.js";
import { compareMoments } from "./moments.js";

const WORDS = {
  silent: t("this browser's storage isn't responding."),
  wait: t("If this message stays, reload the page."),
  gone: t("this page has lost its connection to the browser's storage."),
  again: t("Reload the page."),
  recorded: t("Saved. It goes into your export, and the workbook then tells you when to practise this again."),
  insecure: t("Open the site at an address that begins with https://"),
};

export class MockModel {
  constructor(store, data) {
    this.store = store;
    this.data = data;
    this.values = { workbook: store.name, stays: "here", words: WORDS };
    this.vault = new Vault(store.name);
    this.handlers = new Set();
  }

  get(name) {
    return this.values[name];
  }

  on(_, handler) {
    this.handlers.add(handler);
  }

  off(_, handler) {
    this.handlers.delete(handler);
  }

  async send(message) {
    let answer;
    try {
      answer = await this[message.type](message);
    } catch (error) {
      answer = { type: "error", about: message.type, message: explained(error) };
    }
    for (const handler of this.handlers) handler({ ...message, ...answer }, []);
  }

  async offer() {
    const { rounds, companies, levels, note } = this.data;
    const takes = await this.vault.takes().catch(() => []); // without storage there is still the clock
    const recordings = { count: takes.length, bytes: takes.reduce((sum, { size }) => sum + size, 0) };
    return { rounds, companies, levels, note, company: null, level: null, recordings };
  }

  async draw({ round, minutes, company, level }) {
    const { rounds, topics, questions, rubric } = this.data;
    const chosen = rounds.find(({ id }) => id === round);
    const topic = topics[chosen.topic];
    const drawn = drawQuestions(
      topic.questions.map((index) => questions[index]),
      { count: Math.max(1, Math.round(minutes / topic.each)), company: chosen.company ?? company, known: await this.known() },
    );
    const shown = drawn.map(({ levels, ...question }) => ({ ...question, level_line: levels[level] ?? "", rubric }));
    return { type: "session", session: takeId(), questions: shown };
  }

  // What the store knows of each question.
  async known() {
    const answers = await this.store.load();
    const { reviews } = await this.store.export();
    const byQuestion = Map.groupBy
      ? Map.groupBy(reviews, ({ question }) => question)
      : reviews.reduce((all, one) => all.set(one.question, [...(all.get(one.question) ?? []), one]), new Map());
    const kinds = new Map(this.data.questions.map(({ id, kind }) => [id, kind]));
    return (id) => ({
      state: this.store.forms.stateOf(answers.get(id) ?? new Map(), kinds.get(id)),
      due: dueAfter((byQuestion.get(id) ?? []).sort((a, b) => compareMoments(a.reviewed_at, b.reviewed_at))),
    });
  }

  // A browser has no scheduler: the workbook says it.
  comebacks() {
    return { due: null };
  }

  async attempts({ question }) {
    const [attempts, takes] = [await this.vault.attempts(question), await this.vault.takes()];
    const kept = new Set(takes.map(({ take }) => take));
    return { attempts: attempts.map((one) => ({ ...one, recording: kept.has(one.take) ? "kept" : "deleted" })) };
  }

  async attempt({ type, view, seq, ...attempt }) {
    const isNew = await this.vault.addAttempt(attempt);
    const { question, rating, seconds } = attempt;
    if (isNew && rating) await this.store.addReview({ question, rating, seconds: Math.round(seconds) });
    return { type: "attempted", due: null };
  }
}
