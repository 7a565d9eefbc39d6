// A mock interview in one view: what happens when its state changes. The screens are in screens.js.

import { tellChange } from "../shared/changes.js";
import { newId } from "../shared/ids.js";
import { t } from "../shared/language.js";
import { AttemptDrafts, newAttempt, tenths } from "./attempts.js";
import { TakeClock } from "./clock.js";
import { Giving } from "./giving.js";
import { Host } from "./host.js";
import { hear } from "./listening.js";
import { heldLock, isFree } from "./locks.js";
import { addMark, undoMark } from "./marks.js";
import { missing, problemOf } from "./microphone.js";
import { Recording } from "./recording.js";
import { BrowserShelf, FolderShelf } from "./shelf.js";
import { READY, step } from "./states.js";
import { Vault } from "./vault.js";
import { Speaker } from "./voices.js";

export const THINK = 30; // seconds to think, and again for each press of More time
export const LONGEST = 600; // seconds of one answer
const LONG_PAUSE = 60; // seconds, after which the microphone is released

export class Interview {
  // `onshow` draws the screen of the present state.
  constructor(model, onshow) {
    this.model = model;
    this.onshow = onshow;
    this.run = READY;
    this.host = new Host(model);
    this.vault = new Vault(model.get("workbook"));
    this.shelf = model.get("stays") === "here" ? new BrowserShelf(this.vault) : new FolderShelf(this.host, this.vault);
    this.drafts = new AttemptDrafts(model.get("workbook"));
    this.speaker = new Speaker();
    this.offer = null;
    this.trouble = null; // why the host doesn't answer
    this.closed = false;
    this.over = { over: false, onsilence: (why) => this.hearSilence(why) };
    this.results = [];
    this.choose = { round: null, minutes: null, company: null, level: null, voice: false };
    this.planned = { company: null, level: null }; // of what is chosen, what the plan had
    this.giving = new Giving(this.host, this.drafts, this.over, {
      onnews: () => this.onnews?.(),
      onarrived: ({ question }) => tellChange({ kind: "mock", subject: question }),
    });
  }

  get question() {
    return this.session.questions[this.run.question];
  }

  get followUp() {
    return this.run.follow === null ? null : this.question.follow_ups[this.run.follow];
  }

  // What may be heard: the question, or the follow-up.
  get asked() {
    return this.followUp ?? this.question.text;
  }

  hearSilence(why) {
    this.trouble = why;
    this.onnews?.();
  }

  // ---- before the first question

  // What is on the screen is left alone, unless there is something new for it: somebody may be choosing already.
  async load() {
    const known = this.offer && (this.unfinished?.length ?? 0);
    const planned = this.offer;
    try {
      const [{ message }] = await Promise.all([this.ask({ type: "offer" }), this.lookBack()]);
      this.offer = message;
    } catch (error) {
      this.hearSilence(error.message);
      return;
    }
    const isNew = known !== this.unfinished.length || this.offer.company !== planned.company || this.offer.level !== planned.level;
    if (this.run.state === "ready" && !this.closed && isNew) this.onshow();
  }

  // The company and level of the plan, also of one that is made later, until others are chosen here.
  followPlan() {
    for (const name of ["company", "level"]) {
      const planned = this.offer[name] ?? null;
      if (this.choose[name] === this.planned[name]) this.choose[name] = planned;
      this.planned[name] = planned;
    }
  }

  // What a page that was closed has left: recordings, and attempts that weren't rated. Those that were are given.
  async lookBack() {
    this.left = await this.shelf.left();
    const free = await Promise.all(this.drafts.all().map(async (draft) => ((await isFree(draft.id)) ? draft : null)));
    const mine = free.filter((draft) => draft && draft.id !== this.draft?.id && !this.giving.waiting.has(draft.id));
    for (const draft of mine.filter(({ stage }) => stage === "given")) this.giving.give(draft);
    this.unfinished = mine.filter(({ stage }) => stage !== "given");
  }

  async ask(message) {
    const answer = await this.host.ask(message, this.over);
    if (!answer) throw new Error("over");
    this.trouble = null;
    return answer;
  }

  // `record` is the candidate's consent for this session.
  async begin(record) {
    const { round, minutes, company, level, voice } = this.choose;
    const { message } = await this.ask({ type: "draw", round, minutes, company, level });
    this.session = message;
    this.results = [];
    const { questions } = message;
    if (!questions.length) throw new Error(t("No question fits. Choose another round, company or level."));
    this.go("begin", { record, voice, questions: questions.length, followUps: questions[0].follow_ups.length });
  }

  // ---- changes of state

  go(event, details) {
    const before = this.run;
    const after = step(before, event, details);
    if (after === before) return;
    if (event === "stop" || event === "full") this.stopAnswer(); // before anything else
    if (event === "lost" || event === "pause") this.holdAnswer(event);
    if (event === "again") this.startOver(before);
    this.speaker.stop();
    this.run = after;
    this.enter(before, event);
    if (!this.closed) this.onshow();
  }

  enter(before, event) {
    const { state } = this.run;
    if (state === "asking") this.speak().then(() => this.run.state === "asking" && this.go("spoken"));
    if (state === "follow-up" && this.run.follow !== before.follow && this.run.voice) this.speak();
    const isNew = event === "begin" || event === "next" || (event === "again" && before.state === "listening");
    if (isNew) this.forget();
    if (state === "thinking" && event !== "refused") this.think();
    if (state === "allowing") this.allow();
    if (state === "answering" && event !== "granted") this.speakOn(before, event);
    if (state === "paused") this.rest();
    if (state === "listening" && before.state !== "rating") this.judge();
    if (state === "ready") this.home();
  }

  // Nothing is left of the question before.
  forget() {
    this.freeDraft?.();
    this.draft = null;
    this.answer = null;
    this.recordings = [];
    this.sound = null;
  }

  home() {
    if (this.draft && this.draft.stage !== "given") this.putAside();
    this.forget();
    this.load();
  }

  speak() {
    return this.speaker.say(this.asked.replace(/[*_`]/g, ""));
  }

  think() {
    this.thinking = new TakeClock();
    this.thinking.start();
    this.thinkUntil = THINK;
  }

  rest() {
    this.resting = new TakeClock();
    this.resting.start();
  }

  // ---- speaking

  async allow() {
    const { follow, question } = this.run;
    const isMine = () => !this.closed && this.run.state === "allowing" && this.run.follow === follow && this.run.question === question;
    const lacking = missing(window, this.host.words.insecure);
    if (lacking) {
      this.go("refused", { problem: lacking });
      return;
    }
    const recording = new Recording(this.vault, this.shelf, this.question, (cause) => {
      if (this.answer?.recording === recording) this.go("lost", { cause });
    });
    try {
      await recording.start();
    } catch (error) {
      recording.stop();
      if (isMine()) this.go("refused", { problem: problemOf(error) });
      return;
    }
    if (!isMine()) {
      recording.stop(); // somebody went on without it
      return;
    }
    this.recordings.push(recording);
    this.beginAnswer(recording);
    this.go("granted");
  }

  beginAnswer(recording) {
    this.answer = { recording, live: recording !== null, clock: recording?.clock ?? new TakeClock(), marks: [] };
    this.answer.clock.start();
    const take = recording?.take ?? null;
    if (this.run.follow !== null) return;
    this.thinking.stop();
    const attempt = newAttempt(this.session.session, this.question.id, { thinking: this.thinking.seconds, take });
    this.draft = { id: newId(), question: this.question, attempt, stage: "speaking" };
    heldLock(this.draft.id).then((free) => {
      this.freeDraft = free;
    });
    this.keepDraft();
  }

  // Goes on after a pause, or begins by the clock alone.
  speakOn(before, event) {
    if (before.state === "paused") this.answer.recording?.resume();
    else if (event !== "resume") this.beginAnswer(null);
    this.answer.clock.start();
  }

  holdAnswer(event) {
    const { recording, clock } = this.answer;
    clock.stop();
    if (event === "pause") recording?.pause();
    else {
      recording?.stop();
      this.answer.live = false;
    }
    this.noteTime();
  }

  stopAnswer() {
    const { recording, clock, marks } = this.answer;
    clock.stop();
    recording?.stop();
    const { attempt } = this.draft;
    const seconds = tenths(clock.seconds);
    if (this.run.follow === null) Object.assign(attempt, { seconds, marks });
    else attempt.follow_ups.push({ text: this.followUp, seconds, take: recording?.take ?? null });
    this.keepDraft();
  }

  // The time so far, should the page be closed.
  noteTime() {
    if (this.run.follow !== null || !this.answer) return;
    this.draft.attempt.seconds = tenths(this.answer.clock.seconds);
    this.draft.attempt.marks = this.answer.marks;
    this.keepDraft();
  }

  mark(part) {
    this.answer.marks = addMark(this.answer.marks, part, this.answer.clock.seconds);
    this.noteTime();
  }

  undoMark() {
    this.answer.marks = undoMark(this.answer.marks);
    this.noteTime();
  }

  // Called a few times each second.
  watch() {
    if (this.run.state === "answering" && this.answer.clock.seconds >= LONGEST) this.go("full");
    if (this.run.state === "paused" && this.resting.seconds >= LONG_PAUSE) this.go("lost", { cause: "pause" });
    if (this.run.state === "saving" && this.isSaved) this.go("kept");
    if (this.run.state !== "answering" || this.run.follow !== null) return;
    if (this.answer.clock.seconds - this.draft.attempt.seconds > 5) this.noteTime();
  }

  // ---- saving

  get uploads() {
    return [...this.shelf.uploads.values()].filter(({ kept, given }) => !kept && !given?.over);
  }

  get isSaved() {
    return this.recordings.every(({ whole, upload }) => whole && upload.kept);
  }

  keepDraft() {
    this.drafts.keep(this.draft);
  }

  // ---- judging

  judge() {
    this.draft.stage = "judging";
    this.keepDraft();
    this.earlier = this.ask({ type: "attempts", question: this.question.id }).then(
      ({ message }) => message.attempts,
      () => [],
    );
    this.comebacks = this.ask({ type: "comebacks", question: this.question.id }).then(
      ({ message }) => message.due,
      () => null,
    );
    this.sound = this.hearTake();
  }

  // {blob, sound, measured} of the question's own take; null if there is none, or it can't be had.
  async hearTake() {
    const { attempt } = this.draft;
    if (!attempt.take) return null;
    const recording = this.recordings.find(({ take }) => take === attempt.take);
    await recording?.finished;
    const blob = recording?.blob ?? (await this.shelf.blob(attempt.take));
    if (!blob) return null;
    const { sound, measured } = await hear(blob);
    if (measured) {
      attempt.start_delay = tenths(measured.delay);
      attempt.longest_pause = tenths(measured.longest);
      if (!attempt.seconds) attempt.seconds = tenths(measured.seconds);
      this.keepDraft();
    }
    return { blob, sound, measured };
  }

  async deleteTake() {
    const { attempt } = this.draft;
    await this.shelf.drop(attempt.take);
    attempt.take = null;
    this.sound = Promise.resolve(null);
    this.keepDraft();
    this.onshow();
  }

  rate(rating) {
    this.draft.attempt.rating = rating;
    return this.give(this.draft);
  }

  // What was said stays: with its own rating left open, or as a recording alone if it was cut off.
  startOver({ state, follow }) {
    if (state === "listening") this.putAside();
    else if (follow === null) this.drafts.drop(this.draft.id);
  }

  // Not rated, and kept all the same.
  putAside() {
    if (this.draft) this.give(this.draft);
  }

  // Gives an attempt to the host; resolves to its answer, or to null if the page is closed before.
  give(draft) {
    if (!this.results.includes(draft)) this.results.push(draft);
    return this.giving.give(draft);
  }

  reopen(draft) {
    this.session = { session: draft.attempt.session, questions: [draft.question] };
    this.forget();
    this.draft = draft;
    this.recordings = [];
    this.results = [];
    this.unfinished = this.unfinished.filter((one) => one !== draft);
    heldLock(draft.id).then((free) => {
      this.freeDraft = free;
    });
    this.go("reopen", { recorded: draft.attempt.take !== null });
  }

  discard(draft) {
    this.drafts.drop(draft.id);
    this.unfinished = this.unfinished.filter((one) => one !== draft);
    this.onshow();
  }

  // ---- the page

  // The page may be put to sleep, or closed while it is: what was said so far is brought to safety.
  hide() {
    this.answer?.recording?.flush();
    if (["answering", "paused"].includes(this.run.state)) this.noteTime();
  }

  // Nothing records any more.
  leave() {
    this.speaker.stop();
    if (["answering", "paused"].includes(this.run.state)) this.go("lost", { cause: "page" });
  }

  close() {
    this.leave();
    this.closed = true;
    this.over.over = true;
    this.freeDraft?.();
    this.shelf.close();
    this.host.close();
  }
}
