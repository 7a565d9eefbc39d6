import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { AttemptDrafts, newAttempt } from "../../prepkit/static/mock/attempts.js";
import { TakeClock } from "../../prepkit/static/mock/clock.js";
import { Giving } from "../../prepkit/static/mock/giving.js";
import { Host, Refusal } from "../../prepkit/static/mock/host.js";
import { wavOf } from "../../prepkit/static/mock/listening.js";
import { addMark, fitOfShare, partTimes, undoMark } from "../../prepkit/static/mock/marks.js";
import { formatOf, missing, problemOf } from "../../prepkit/static/mock/microphone.js";
import { measure } from "../../prepkit/static/mock/pauses.js";
import { takeId } from "../../prepkit/static/mock/recording.js";
import { READY, step, WAYS } from "../../prepkit/static/mock/states.js";
import { bytesAt, MOST, piecesLeft, sha256, Upload } from "../../prepkit/static/mock/upload.js";
import { chooseVoice, isLocal, Speaker } from "../../prepkit/static/mock/voices.js";
import { pauseText, sizeText, usualShare } from "../../prepkit/static/mock/words.js";

// ---- states

const run = (state, more = {}) => ({ ...READY, state, record: true, questions: 2, followUps: 2, ...more });
const stateAfter = (from, event, details) => step(from, event, details).state;
const BEGIN = { record: true, voice: true, questions: 2, followUps: 1 };

test("each state is left by its own events, and by no others", () => {
  const ways = [
    ["ready", "begin", BEGIN, "asking"],
    ["ready", "begin", { ...BEGIN, voice: false }, "thinking"],
    ["ready", "reopen", { recorded: true }, "saving"],
    ["ready", "reopen", { recorded: false }, "listening"],
    ["asking", "spoken", {}, "thinking"],
    ["asking", "skip", {}, "thinking"],
    ["asking", "quit", {}, "ready"],
    ["thinking", "start", { record: true }, "allowing"],
    ["thinking", "start", { record: false }, "answering"],
    ["thinking", "quit", {}, "ready"],
    ["allowing", "granted", {}, "answering"],
    ["allowing", "refused", { problem: "No microphone" }, "thinking"],
    ["allowing", "without", {}, "answering"],
    ["answering", "pause", {}, "paused"],
    ["answering", "stop", {}, "follow-up"],
    ["answering", "full", {}, "follow-up"],
    ["answering", "lost", { cause: "device" }, "cut"],
    ["paused", "resume", {}, "answering"],
    ["paused", "stop", {}, "follow-up"],
    ["paused", "lost", { cause: "pause" }, "cut"],
    ["cut", "resume", {}, "answering"],
    ["cut", "stop", {}, "follow-up"],
    ["cut", "again", {}, "thinking"],
    ["follow-up", "start", { record: true }, "allowing"],
    ["follow-up", "pass", {}, "follow-up"],
    ["follow-up", "enough", {}, "listening"],
    ["saving", "kept", {}, "listening"],
    ["saving", "go", {}, "listening"],
    ["listening", "rate", {}, "rating"],
    ["listening", "again", {}, "thinking"],
    ["listening", "quit", {}, "ready"],
    ["rating", "back", {}, "listening"],
    ["rating", "next", { followUps: 0 }, "thinking"],
    ["rating", "quit", {}, "ready"],
    ["done", "quit", {}, "ready"],
  ];
  for (const [from, event, details, to] of ways) assert.equal(stateAfter(run(from), event, details), to, `${from}: ${event}`);
  const told = new Set(ways.map(([from, event]) => `${from} ${event}`));
  const all = Object.entries(WAYS).flatMap(([from, events]) => Object.keys(events).map((event) => `${from} ${event}`));
  assert.deepEqual([...told].sort(), all.sort());
  const events = new Set(Object.values(WAYS).flatMap(Object.keys));
  for (const from of Object.keys(WAYS)) {
    for (const event of [...events, "toString"]) {
      if (told.has(`${from} ${event}`)) continue;
      const before = run(from);
      assert.equal(step(before, event, {}), before, `${from}: ${event}`);
    }
  }
});

test("follow-ups come one by one, and after the last one the recording is saved", () => {
  let now = run("answering", { recorded: true });
  const seen = [];
  for (const event of ["stop", "start", "granted", "stop", "pass"]) {
    now = step(now, event, { record: true });
    seen.push([now.state, now.follow]);
  }
  assert.deepEqual(seen, [["follow-up", 0], ["allowing", 0], ["answering", 0], ["follow-up", 1], ["saving", 1]]);
});

test("a question without follow-ups is over when its answer is", () => {
  assert.equal(stateAfter(run("answering", { followUps: 0 }), "stop"), "listening");
  assert.equal(stateAfter(run("answering", { followUps: 0, recorded: true }), "stop"), "saving");
});

test("without consent in this session nothing is recorded, whatever is pressed", () => {
  const thinking = step(READY, "begin", { ...BEGIN, record: false, voice: false });
  assert.equal(stateAfter(thinking, "start", { record: true }), "answering");
});

test("what is wrong with the microphone stands where the answer begins, until the next try", () => {
  const refused = step(run("allowing", { follow: 1 }), "refused", { problem: "No microphone" });
  assert.deepEqual([refused.state, refused.problem], ["follow-up", "No microphone"]);
  assert.equal(step(refused, "start", { record: true }).problem, null);
});

test("a recording that ended by itself says why, until somebody decides how to go on", () => {
  const cut = step(run("answering"), "lost", { cause: "device" });
  assert.equal(cut.cause, "device");
  for (const event of ["resume", "stop", "again"]) assert.equal(step(cut, event).cause, null);
});

test("an answer that was stopped by itself says so until somebody goes on", () => {
  const asked = step(run("answering"), "full");
  assert.deepEqual([asked.state, asked.cause], ["follow-up", "full"]);
  for (const event of ["start", "pass", "enough"]) assert.equal(step(asked, event, { record: true }).cause, null);
  const last = step(run("answering", { follow: 1, recorded: true }), "full");
  assert.deepEqual([last.state, step(last, "kept").cause], ["saving", "full"]);
});

test("the next question has its own follow-ups, and after the last one it is over", () => {
  const second = step(run("rating", { recorded: true, follow: 1 }), "next", { followUps: 3 });
  assert.deepEqual([second.question, second.follow, second.followUps, second.recorded], [1, null, 3, false]);
  assert.equal(stateAfter({ ...second, state: "rating" }, "next", { followUps: 0 }), "done");
});

// ---- time and marks

test("the time of a take leaves its pauses out", () => {
  let now = 0;
  const clock = new TakeClock(() => now);
  clock.start();
  now = 2500;
  clock.stop();
  now = 60000;
  assert.equal(clock.seconds, 2.5);
  clock.start();
  clock.start();
  now = 60250;
  assert.equal(clock.seconds, 2.75);
});

test("a mark ends the part before it; the same part again changes nothing", () => {
  const one = addMark([], "situation", 0.04);
  const two = addMark(addMark(one, "situation", 5), "task", 12.26);
  assert.deepEqual(two, [{ part: "situation", at: 0 }, { part: "task", at: 12.3 }]);
  assert.deepEqual(undoMark(two), one);
  assert.deepEqual(undoMark([]), []);
});

const PARTS = [
  { name: "situation", title: "Situation", share: [0.15, 0.3] },
  { name: "action", title: "Action", share: [0.4, 0.6] },
  { name: "result", title: "Result", share: [0.15, 0.3] },
];

test("parts have their time, also if one is spoken of twice, and their share beside the usual one", () => {
  const marks = [{ part: "situation", at: 0.4 }, { part: "action", at: 20 }, { part: "situation", at: 60 }, { part: "action", at: 80 }];
  const rows = partTimes(PARTS, marks, 100).map(({ title, seconds, share, fit }) => [title, seconds, Math.round(100 * share), fit]);
  assert.deepEqual(rows, [["Situation", 39.6, 40, "high"], ["Action", 60, 60, "good"], ["Result", 0, 0, "none"]]);
});

test("what was said before the first mark has a row of its own, if it is more than a breath", () => {
  const [first, ...rest] = partTimes(PARTS, [{ part: "action", at: 5 }], 10);
  assert.deepEqual([first.title, first.seconds, first.fit, rest.length], ["Before the first mark", 5, null, 3]);
  assert.deepEqual(partTimes(PARTS, [], 10), []);
});

test("a share is judged by the whole per cents that are shown", () => {
  assert.deepEqual([0, 0.144, 0.146, 0.304, 0.306].map((share) => fitOfShare(share, [0.15, 0.3])), ["none", "low", "good", "good", "high"]);
  assert.equal(usualShare([0.15, 0.3]), "15–30%");
});

// ---- pauses

const RATE = 16000;

// A made signal: stretches of [seconds, loudness], as noise that is the same each time.
const signal = (...stretches) => {
  let seed = 7;
  const noise = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (2 * seed) / 0x7fffffff - 1;
  };
  const parts = stretches.map(([seconds, loudness]) => Array.from({ length: Math.round(seconds * RATE) }, () => loudness * noise()));
  return Float32Array.from(parts.flat());
};

const near = (found, wanted, within = 0.06) => assert.ok(Math.abs(found - wanted) <= within, `${found}, not ${wanted}`);

test("the longest pause, where it is, and the delay of the first word are found", () => {
  const found = measure(signal([1.2, 0.003], [2, 0.3], [0.9, 0.003], [1, 0.2], [3.1, 0.003], [2, 0.3]), RATE);
  near(found.longest, 3.1);
  near(found.at, 5.1);
  near(found.delay, 1.2);
  assert.equal(found.silent, false);
});

test("gaps between words are no pauses, and a click doesn't end one", () => {
  const short = measure(signal([0.5, 0.003], [2, 0.3], [0.5, 0.003], [2, 0.3]), RATE);
  assert.deepEqual([short.longest, short.at], [0, null]);
  const clicked = measure(signal([1, 0.3], [1, 0.003], [0.01, 0.3], [1, 0.003], [1, 0.3], [1, 0.003]), RATE);
  near(clicked.longest, 2.01);
});

test("nothing is said of pauses in a room as loud as the voice, in silence, or of no sound at all", () => {
  const unknown = { silent: false, longest: null, at: null, delay: null };
  assert.deepEqual(measure(signal([2, 0.1], [2, 0.3]), RATE), unknown);
  assert.deepEqual(measure(new Float32Array(4 * RATE), RATE), { ...unknown, silent: true });
  assert.deepEqual(measure(new Float32Array(0), RATE), unknown);
});

test("a pause is told as roughly as it is known", () => {
  const said = [0, 0.9, 3.6].map((longest) => pauseText({ longest }));
  assert.deepEqual(said, ["no pause of a second or more", "longest pause about 1 s", "longest pause about 4 s"]);
});

test("what is heard is a file with its length in it: each sample, none louder than can be", async () => {
  const file = wavOf(Float32Array.from([0, 0.5, -1, 2]), RATE);
  const data = new DataView(await file.arrayBuffer());
  const text = (at, size) => String.fromCharCode(...new Uint8Array(data.buffer, at, size));
  assert.deepEqual([text(0, 4), text(8, 8), text(36, 4)], ["RIFF", "WAVEfmt ", "data"]);
  assert.deepEqual([data.getUint32(4, true), data.getUint32(24, true), data.getUint32(40, true)], [44, 16000, 8]);
  assert.deepEqual([0, 1, 2, 3].map((place) => data.getInt16(44 + 2 * place, true)), [0, 16384, -32767, 32767]);
});

// ---- voices

const voice = (name, more = {}) => ({ name, lang: "en-US", localService: true, default: false, voiceURI: name, ...more });
const REMOTE = voice("Google US English", { localService: false, default: true });

test("only voices of this device are allowed, also where a browser calls none of them local", () => {
  assert.equal(isLocal(voice("Samantha")), true);
  assert.equal(isLocal(voice("English", { localService: false, voiceURI: "urn:moz-tts:speechd:English?en" })), true);
  assert.equal(isLocal(REMOTE), false);
  assert.equal(isLocal(voice("Google UK English Female")), false);
  assert.equal(isLocal(voice("Microsoft Aria Online (Natural)")), false);
});

test("a question is read by a voice of its own language, the default one if that is allowed", () => {
  const french = voice("Thomas", { lang: "fr-FR" });
  const own = voice("Zoe", { lang: "en_GB", default: true });
  assert.equal(chooseVoice([REMOTE, french, voice("Alex"), own]), own);
  assert.equal(chooseVoice([REMOTE, french]), null);
});

// A window that speaks; `sounds` is whether anything is heard.
const speaking = (voices, sounds = true) => {
  const said = [];
  return {
    said,
    SpeechSynthesisUtterance: class {
      constructor(text) {
        this.text = text;
      }
    },
    speechSynthesis: {
      getVoices: () => voices,
      cancel: () => said.push("cancel"),
      speak: (words) => {
        said.push([words.text, words.voice?.name, words.lang]);
        if (sounds) {
          words.onstart();
          words.onend();
        }
      },
    },
  };
};

test("nothing is ever said by a voice that sends the text away", async () => {
  const page = speaking([REMOTE]);
  assert.equal(await new Speaker(page).say("Tell me"), false);
  assert.deepEqual(page.said, []);
  const both = speaking([REMOTE, voice("Alex")]);
  assert.equal(await new Speaker(both).say("Tell me"), true);
  assert.deepEqual(both.said, ["cancel", ["Tell me", "Alex", "en-US"]]);
});

test("a voice that isn't heard after four seconds is none, and one that is stopped has not said it all", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const page = speaking([voice("Alex")], false);
  const speaker = new Speaker(page);
  const unheard = speaker.say("Tell me");
  mock.timers.tick(4000);
  assert.equal(await unheard, false);
  const stopped = speaker.say("Tell me");
  speaker.stop();
  assert.equal(await stopped, false);
  assert.equal(page.said.at(-1), "cancel");
  mock.timers.reset();
});

// ---- the microphone

test("each trouble with the microphone says what to do, and that it works without", () => {
  const said = (error) => problemOf(error);
  assert.equal(
    said({ name: "NotAllowedError" }),
    "The microphone was not allowed. Nothing is recorded. Allow it in the address bar, then press Record again, or go on with the clock only.",
  );
  assert.equal(said({ name: "NotFoundError" }), "No microphone was found. Plug one in, then press Record again, or go on with the clock only.");
  assert.equal(
    said({ name: "NotReadableError" }),
    "Another program holds the microphone. Close it, then press Record again, or go on with the clock only.",
  );
  assert.equal(said({ name: "OddError" }), "The microphone can't be used (OddError). Press Record again, or go on with the clock only.");
});

test("an address that is not secure, and a browser that can't record, are known before anything is tried", () => {
  const able = { isTypeSupported: () => true };
  const page = { isSecureContext: true, navigator: { mediaDevices: {} }, MediaRecorder: able };
  assert.equal(missing(page), null);
  const told =
    "This address can't use a microphone. Open the page at http://127.0.0.1 or http://localhost instead of this address, or go on with the clock only.";
  assert.equal(missing({ ...page, isSecureContext: false }), told);
  assert.equal(missing({ ...page, navigator: {} }), told);
  assert.equal(
    missing({ ...page, MediaRecorder: undefined }),
    "This browser can't record sound. Use another browser, or go on with the clock only.",
  );
});

test("sound is recorded as webm with opus, and as mp4 where that isn't written", () => {
  const writes = (...formats) => ({ isTypeSupported: (format) => formats.includes(format) });
  assert.equal(formatOf(writes("audio/mp4", "audio/webm;codecs=opus")), "audio/webm;codecs=opus");
  assert.equal(formatOf(writes("audio/mp4")), "audio/mp4");
  assert.equal(formatOf(writes()), null);
});

test("a take is named by its time, in UTC, and something that no other take has", () => {
  assert.equal(takeId(new Date("2026-11-30T19:05:00.250Z"), "k3v9x2a8zzzz"), "20261130T190500Z-k3v9x2a8");
});

// ---- bringing it to the folder

const bytes = (...values) => Uint8Array.from(values).buffer;
const PIECES = [bytes(1, 2, 3), bytes(4), bytes(5, 6, 7, 8)];

test("bytes are taken from any place on, across pieces, as many as fit", () => {
  const at = (from, most) => [...new Uint8Array(bytesAt(PIECES, from, most))];
  assert.deepEqual([at(0, 5), at(2, 3), at(4, 99), at(8, 4)], [[1, 2, 3, 4, 5], [3, 4, 5], [5, 6, 7, 8], []]);
});

test("a piece counts as saved when all of it is", () => {
  assert.deepEqual([0, 3, 4, 7, 8].map((stored) => piecesLeft(PIECES, stored)), [3, 2, 1, 1, 0]);
});

// A host with a file per take, which can do wrong things; what it answers comes later.
const hostWith = (change = (answer) => answer) => {
  const host = { file: [], asked: [] };
  host.ask = async (message, given) => {
    host.asked.push([message.type, message.n ?? null, message.at ?? null, message.size]);
    if (given.over) return null;
    if (message.type === "chunk" && message.at === host.file.length) {
      for (const byte of new Uint8Array(given.buffers[0])) host.file.push(byte);
    }
    const whole = message.type === "finish" && host.file.length === message.size;
    const answer = whole
      ? { type: "kept", size: message.size, sha256: await sha256(Uint8Array.from(host.file)) }
      : { type: "written", size: host.file.length };
    return { message: change(answer, host), buffers: [] };
  };
  return host;
};

const ABOUT = { take: "t", question: "craft/01", mime: "audio/webm" };
const vaultOf = () => {
  const dropped = [];
  return { dropped, drop: async (take) => dropped.push(take) };
};

test("a take reaches the folder byte for byte, and only then leaves the browser", async () => {
  const [host, vault] = [hostWith(), vaultOf()];
  const upload = new Upload(host, vault, ABOUT);
  upload.add(PIECES[0]);
  await Promise.resolve();
  upload.add(PIECES[1]);
  upload.add(PIECES[2]);
  assert.deepEqual(vault.dropped, []);
  upload.end();
  await upload.done;
  assert.deepEqual(host.file, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([vault.dropped, upload.kept, upload.left], [["t"], true, 0]);
});

test("after a host was restarted, it goes on where the host's file ends", async () => {
  const [host, vault] = [hostWith(), vaultOf()];
  host.file.push(1, 2, 3, 4, 5);
  const upload = new Upload(host, vault, ABOUT, PIECES);
  upload.end();
  await upload.done;
  assert.deepEqual(host.file, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(host.asked, [["chunk", 0, 0, 8], ["chunk", 2, 5, 3], ["finish", null, null, 8]]);
});

test("a host that lost its file between two pieces gets them all again", async () => {
  let lost = false;
  const host = hostWith((answer, { file }) => {
    if (file.length !== 8 || lost) return answer;
    lost = true;
    file.length = 0;
    return { ...answer, size: 0 };
  });
  const upload = new Upload(host, vaultOf(), ABOUT, PIECES);
  upload.end();
  await upload.done;
  assert.deepEqual(host.file, [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a copy that isn't the same keeps the browser's, and says so", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const vault = vaultOf();
  const upload = new Upload(hostWith((answer) => (answer.type === "kept" ? { ...answer, sha256: "other" } : answer)), vault, ABOUT, PIECES);
  const told = new Promise((resolve) => {
    upload.onchange = () => upload.trouble && resolve(upload.trouble);
  });
  upload.end();
  assert.equal(await told, "The copy in your folder isn't the same as the one in this browser, which is kept.");
  assert.deepEqual([vault.dropped, upload.kept], [[], false]);
  upload.close();
  mock.timers.tick(8000);
  await upload.done;
  mock.timers.reset();
});

test("no message is too large for the connection", async () => {
  const host = hostWith();
  const upload = new Upload(host, vaultOf(), ABOUT, [new ArrayBuffer(2 * MOST + 5)]);
  upload.end();
  await upload.done;
  const sizes = host.asked.filter(([type]) => type === "chunk").map(([, , , size]) => size);
  assert.deepEqual(sizes, [MOST, MOST, 5]);
});

// ---- the host

const modelWith = (send) => {
  const model = { sent: [], handlers: [], get: () => undefined, on: (_, handler) => model.handlers.push(handler), off: () => {} };
  model.send = (message, _, buffers) => {
    model.sent.push(message);
    send(message, (answer, given = []) => model.handlers.forEach((handler) => handler({ ...message, ...answer }, given)), buffers);
  };
  return model;
};

const settle = async () => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

test("a request is sent again until it is answered, and says why it waits", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let tries = 0;
  const model = modelWith((_, answer) => {
    tries += 1;
    if (tries === 2) answer({ type: "offer", rounds: [] });
  });
  const said = [];
  const asked = new Host(model).ask({ type: "offer" }, { onsilence: (why) => said.push(why) });
  mock.timers.tick(5000);
  await settle();
  mock.timers.tick(2000);
  const { message } = await asked;
  assert.deepEqual(message.rounds, []);
  assert.deepEqual([new Set(model.sent.map(({ seq }) => seq)).size, tries], [1, 2]);
  assert.deepEqual(said, ["the workbook isn't responding. If this message stays, choose Run > Run All Cells."]);
  mock.timers.reset();
});

test("a host that is gone is known at once; an answer of another view is none", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const model = modelWith((_, answer) => {
    answer({ type: "offer", view: "another" });
    throw new Error("Cannot send");
  });
  const said = [];
  const given = { over: false, onsilence: (why) => said.push(why) };
  const asked = new Host(model).ask({ type: "offer" }, given);
  await settle();
  assert.deepEqual(said, ["the workbook has stopped or was restarted. Choose Run > Run All Cells."]);
  given.over = true;
  mock.timers.tick(2000);
  assert.equal(await asked, null);
  mock.timers.reset();
});

test("what the host says is wrong is told with its remedy", async () => {
  const model = modelWith((_, answer) => answer({ type: "error", about: "attempt", message: "your disk is full", remedy: "Free some space" }));
  await assert.rejects(new Host(model).ask({ type: "attempt" }), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.message, "your disk is full. Free some space.");
    return true;
  });
});

test("an answer of several messages is heard to its end", async () => {
  const model = modelWith((_, answer) => {
    answer({ type: "audio", at: 0, size: 2, total: 3 }, ["a"]);
    answer({ type: "audio", at: 2, size: 1, total: 3 }, ["b"]);
  });
  const heard = [];
  const more = ({ at, size, total }, [buffer]) => {
    heard.push(buffer);
    return at + size < total;
  };
  await new Host(model).ask({ type: "play" }, { more });
  assert.deepEqual(heard, ["a", "b"]);
});

// ---- attempts

test("an attempt stays in the browser, oldest first, until it is dropped", () => {
  const stored = {};
  globalThis.localStorage = Object.assign(Object.create({ getItem: (name) => stored[name] ?? null, setItem: (name, text) => {
    stored[name] = text;
    globalThis.localStorage[name] = text;
  }, removeItem: (name) => {
    delete stored[name];
    delete globalThis.localStorage[name];
  } }));
  const drafts = new AttemptDrafts("book");
  const at = (hour) => newAttempt("s", "craft/01", { thinking: 12.34, take: null, now: new Date(`2026-11-30T${hour}:00:00Z`) });
  drafts.keep({ id: "b", question: { text: "?" }, attempt: at(20), stage: "given" });
  drafts.keep({ id: "a", question: { text: "?" }, attempt: at(19), stage: "speaking" });
  localStorage.setItem("prepkit-mock:book:x", "not ours");
  assert.deepEqual(drafts.all().map(({ id }) => id), ["a", "b"]);
  assert.equal(drafts.all()[0].attempt.thinking_seconds, 12.3);
  drafts.drop("a");
  assert.deepEqual(drafts.all().map(({ id }) => id), ["b"]);
  delete globalThis.localStorage;
});

test("an attempt that the host refuses is tried again, and after three times offered again as it is", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const stages = [];
  const drafts = { keep: ({ stage }) => stages.push(stage), drop: () => stages.push("gone") };
  let tries = 0;
  const host = {
    ask: async () => {
      tries += 1;
      if (tries <= 3) throw new Refusal("your disk is full.");
      return { message: { due: "2030-01-09" } };
    },
  };
  const arrived = [];
  const giving = new Giving(host, drafts, { over: false }, { onnews: () => {}, onarrived: ({ question }) => arrived.push(question) });
  const given = giving.give({ id: "a", attempt: { question: "craft/01" }, stage: "judging" });
  for (const wanted of [1, 2, 3]) {
    await settle();
    assert.deepEqual([tries, giving.waiting.get("a")], [wanted, "your disk is full."]);
    mock.timers.tick(8000);
  }
  assert.deepEqual((await given).due, "2030-01-09");
  assert.deepEqual([stages, giving.waiting.size, arrived], [["given", "judging", "gone"], 0, ["craft/01"]]);
  mock.timers.reset();
});

test("sizes are told in the unit that fits", () => {
  assert.deepEqual([200, 252000, 1260000].map(sizeText), ["1 kB", "252 kB", "1.3 MB"]);
});
