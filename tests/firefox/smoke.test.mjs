// The site and the workbook in Firefox: what a visitor and a candidate do first, once through.
// The other tests run in Chromium, so this finds what only another browser would show.
//
// `make firefox` runs it. FIREFOX names the browser, PYTHON the interpreter that has prepkit, and
// SCREENSHOTS a folder to put a picture of each scene into.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";

const PYTHON = process.env.PYTHON ?? "python3";
const STATUS = ".pk-status-text";
const BOX = "textarea[data-field]"; // of whichever question comes first, its first part
const SAVED = /^Saved \d/;
const WIDTHS = [390, 1024, 1440]; // of a phone, a small laptop and a large screen
const KEYS = ["b", "a", "d", "d", "x", "Escape", "ArrowDown", "ArrowUp"]; // they change or leave cells
// Jupyter looks for a widget for two seconds, and says this if the kernel tells of it just then. It is drawn again
// (labextension/prepkit/modules/revival.js), and what a scene does afterwards shows that this works.
const GIVEN_UP = "Error: widget model not found";
const PATIENCE = 120_000; // ms; a busy machine is slow, and no test is timed

const MICROPHONE = { "media.navigator.streams.fake": true, "media.navigator.permission.disabled": true }; // it beeps
const WEBM = "1a45dfa3"; // how every WebM file begins

const folder = mkdtempSync(join(tmpdir(), "prepkit-firefox-"));
const environment = { ...process.env, PREPKIT_HOME: join(folder, "home"), PYTHONUNBUFFERED: "1" };
const recordings = join(folder, "home", "recordings");
const started = [];
let browser;
let lab;

/** Starts a program of prepkit's Python; `said` is what it has printed so far. */
function start(...command) {
  const child = spawn(PYTHON, command, { env: environment, cwd: folder });
  const program = { child, said: "", ended: new Promise((done) => child.on("close", done)) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf-8").on("data", (text) => (program.said += text));
  }
  started.push(program);
  return program;
}

/** Returns what `find` finds, once it finds something. */
async function until(find, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const found = await find();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`Waited in vain for ${typeof what === "function" ? what() : what}`);
}

/** Returns the address of a page of the workbook; the first call starts JupyterLab. */
async function addressOf(name) {
  lab ??= start("-m", "prepkit", "lab", "--no-browser", "--folder", join(folder, "workbook"));
  const printed = () => /http:\S+\/01-start\.ipynb\?token=\S+/.exec(lab.said);
  const [address] = await until(printed, () => `JupyterLab's address. It said: ${lab.said}`);
  return address.replace("01-start", name);
}

/** Returns a new tab; what goes wrong in it, or leaves this computer, is added to `complaints`. */
async function tab(complaints) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("dialog", (dialog) => dialog.accept()); // Firefox asks before it leaves a changed notebook
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && hostname !== "127.0.0.1") complaints.push(`Asked ${request.url()}`);
  });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.evaluateOnNewDocument(() => {
    const { error } = console; // of an Error, Firefox would only tell that it is one
    console.error = (...parts) => error(...parts.map((one) => (one instanceof Error ? `${one} ${one.stack}` : one)));
  });
  return page;
}

/** Returns the text of the first element that fits, or "" if there is none. */
function textOf(page, selector) {
  return page.evaluate((css) => document.querySelector(css)?.textContent.trim() ?? "", selector);
}

/** Returns what can't be read in the elements that fit, in windows of each width. */
async function faults(page, selector) {
  const source = readFileSync(new URL("../browser/whole_words.js", import.meta.url), "utf-8");
  const check = source.slice(source.indexOf("(root)")).trim().replace(/;$/, "");
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    await page.waitForSelector(selector);
    const read = (roots, code) => roots.flatMap(new Function(`return ${code}`)());
    for (const fault of await page.$$eval(selector, read, check)) found.push(`${width}: ${fault}`);
  }
  await page.setViewport({ width: 1200, height: 900 });
  return found;
}

/** Ends the kernel of a page, as a crash does. */
async function crash(address, name) {
  const { origin, searchParams } = new URL(address);
  const answer = await fetch(`${origin}/api/sessions?token=${searchParams.get("token")}`);
  const { kernel } = (await answer.json()).find(({ path }) => path === name);
  const { stdout } = spawnSync("pgrep", ["-f", kernel.id], { encoding: "utf-8" });
  process.kill(Number(stdout.trim().split("\n")[0]), "SIGKILL");
}

async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
}

before(async () => {
  browser = await puppeteer.launch({
    browser: "firefox",
    extraPrefsFirefox: MICROPHONE,
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox",
    defaultViewport: { width: 1200, height: 900 },
  });
});

after(async () => {
  await browser?.close();
  for (const { child, ended } of started) {
    child.kill("SIGINT"); // as Ctrl-C: the lab ends its kernels, then itself
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("On the site, search finds, an answer survives a reload, and cookies can be chosen", async () => {
  const built = start("-m", "prepkit", "site", "-o", join(folder, "site"));
  assert.equal(await built.ended, 0, built.said);
  const server = start("-m", "http.server", "0", "--bind", "127.0.0.1", "-d", join(folder, "site"));
  const [, port] = await until(() => /port (\d+)/.exec(server.said), "the site's server");
  const address = `http://127.0.0.1:${port}/`;
  const complaints = [];
  const page = await tab(complaints);

  await page.goto(`${address}search.html`);
  await page.waitForSelector(".search-found[aria-busy=false]");
  await page.click("#search-box");
  await page.keyboard.type("burnout");
  await until(() => textOf(page, ".search-results h2 a"), "a question about burnout");
  await picture(page, "site-search");
  await page.locator(".search-results h2 a").click();
  await page.locator(BOX).fill("The ferry was late.");
  await until(async () => SAVED.test(await textOf(page, STATUS)), "Saved, on the site");
  await page.reload();
  const kept = () => page.$eval(BOX, (box) => box.value).catch(() => "");
  await until(kept, "the answer after the reload");
  assert.equal(await kept(), "The ferry was late.");
  await picture(page, "site-answer");

  await page.locator("::-p-aria([name='Cookie preferences'][role='button'])").click();
  const dialog = "::-p-aria([name='Cookie preferences'][role='dialog'])";
  await page.waitForSelector(dialog, { visible: true });
  await picture(page, "site-cookies");
  assert.deepEqual(complaints, []);
});

test("In JupyterLab, answers outlive a reload and a crash", async () => {
  const address = await addressOf("01-start");
  const complaints = [];
  const page = await tab(complaints);

  await page.goto(address.replace("01-start", "02-answer"));
  const ready = `${BOX}:not([disabled]):not([readonly])`;
  const box = await page.waitForSelector(ready, { visible: true });
  await box.click();
  await page.keyboard.type("The ferry was late.", { delay: 20 });
  await until(async () => SAVED.test(await textOf(page, STATUS)), "Saved, in JupyterLab");
  await picture(page, "lab-saved");
  await page.reload();
  const kept = () => page.$eval(BOX, (found) => found.value).catch(() => "");
  await until(kept, "the answer after the reload");
  assert.equal(await kept(), "The ferry was late.");
  await picture(page, "lab-reloaded");
  assert.deepEqual(complaints, []);
  await page.close();

  await comesBack(address.replace("01-start", "02-answer"));
});

/** After a crash, every character that was typed around it is in the box and saved. */
async function comesBack(address) {
  const page = await tab([]);
  await page.goto(address);
  await page.waitForSelector(`${BOX}:not([readonly])`, { visible: true });
  const field = await page.$$eval(BOX, (boxes) => boxes[1].dataset.field); // the first has text
  const box = await page.$(`[data-field=${field}]`);
  await box.click();
  await page.$eval(".pk-form", (form) => (form.dataset.old = "1"));
  await page.keyboard.type("Typed before the crash, ", { delay: 20 });
  await crash(address, "02-answer.ipynb");
  let typed = "Typed before the crash, ";
  const isOld = () => page.$(".pk-form[data-old]");
  for (const end = Date.now() + PATIENCE; Date.now() < end && (await isOld()); typed += "x") {
    await page.keyboard.press("x");
  }
  await page.keyboard.type(" and after it.");
  const text = () => page.$eval(`[data-field=${field}]`, (node) => node.value).catch(() => "");
  await until(async () => (await text()) === `${typed} and after it.`, "all that was typed");
  await until(async () => SAVED.test(await textOf(page, STATUS)), "Saved, after the crash");
  assert.equal(await page.$(".jp-Dialog"), null);
  await page.close(); // JupyterLab moves a second tab of one workspace to another, and loads it twice
}

/** Tries one page of the workbook in a tab of its own. */
function scene(title, name, play) {
  test(title, async () => {
    const complaints = [];
    const page = await tab(complaints);
    try {
      await page.goto(await addressOf(name));
      await play(page);
      assert.deepEqual(complaints.filter((one) => !one.includes(GIVEN_UP)), []);
    } finally {
      await picture(page, name);
      await page.close();
    }
  });
}

/** Presses the button with these words, once it can be pressed. By its role, Firefox finds it in ten seconds. */
function press(page, words) {
  return page.locator(buttonOf(words)).click();
}

function buttonOf(words) {
  return `::-p-xpath(//button[normalize-space()="${words}"])`;
}

function isSaved(page, selector) {
  return until(async () => SAVED.test(await textOf(page, selector)), `Saved, in ${selector}`);
}

/** Returns the questions, stories and so on that the answers file holds. */
async function stored() {
  const path = join(folder, "stored.json");
  const exported = start("-m", "prepkit", "answers", "export", "--replace", path);
  assert.equal(await exported.ended, 0, exported.said);
  return JSON.parse(readFileSync(path, "utf-8"));
}

scene("On the first page a profile is chosen, and an answer counts when it is written", "01-start", async (page) => {
  const words = async () => Number(/([\d,]+) words? written/.exec(await textOf(page, ".pk-sums"))?.[1]);
  await page.locator("input[name=find]").click();
  await page.keyboard.type("amazon");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[aria-label='Remove Amazon']");
  await page.select("select[name=level]", "director");
  await press(page, "Plan my evenings");
  await page.waitForSelector(".pk-tonight [data-do=open]");
  const before = await words();
  await page.locator(".pk-tonight [data-do=open]").click();
  await page.waitForSelector(".pk-home textarea:focus");
  await page.keyboard.type("I rang the crew twice.", { delay: 20 });
  await isSaved(page, `.pk-home ${STATUS}`);
  await press(page, "← Back to Start");
  await until(async () => (await words()) === before + 5, "the five words in Your progress");
});

scene("On the second page a question is found and opened by keyboard", "02-answer", async (page) => {
  const active = () => page.$eval(".pk-picker .pk-active .pk-line", (line) => line.textContent).catch(() => "");
  const box = await page.waitForSelector(".pk-picker [role=combobox]", { visible: true });
  await box.focus();
  await page.keyboard.type("burnout");
  const first = await until(active, "a question about burnout");
  await page.keyboard.press("ArrowDown");
  const second = await until(async () => (await active()) !== first && active(), "the next question");
  await page.keyboard.press("Enter");
  await until(async () => (await textOf(page, ".pk-form .pk-question")) === second, "the form of that question");
  await page.waitForSelector(".pk-form .pk-question:focus"); // and is read there
});

scene("On the fourth page a new story is saved", "04-stories", async (page) => {
  await press(page, "New story");
  await page.waitForSelector("[data-field=title]:focus:not([readonly])");
  await page.keyboard.type("The move", { delay: 20 });
  await page.locator(".pk-stories [data-field=situation]").click();
  await page.keyboard.type("We moved in May. وانتهينا", { delay: 20 });
  await isSaved(page, `.pk-stories ${STATUS}`);
  const [story] = Object.values((await stored()).texts.story);
  assert.deepEqual(
    [story.title.at(-1).text, story.situation.at(-1).text],
    ["The move", "We moved in May. وانتهينا"],
  );
});

/** Rates the answer of a mock interview that is running; `listen` is called before. */
async function endsAndRates(page, listen = () => {}) {
  await press(page, "Stop");
  await press(page, "Enough"); // no follow-up
  await page.waitForSelector(buttonOf("Rate this answer"));
  await listen();
  await press(page, "Rate this answer");
  await page.locator(".pk-mock button ::-p-text(Smooth)").click();
  const result = () => textOf(page, ".pk-mock .pk-review-result");
  await until(async () => /^Saved\. /.test(await result()), "Saved, in the mock interview");
}

scene("On the fifth page an interview is held by the clock, and one that is recorded whole", "05-mock", async (page) => {
  await press(page, "Begin with the clock only");
  await press(page, "Start now");
  await until(async () => /[1-9]$/.test(await textOf(page, ".pk-mock .pk-clock")), "a second of the clock");
  await endsAndRates(page);
  await page.reload();

  const kept = () => (existsSync(recordings) ? readdirSync(recordings, { recursive: true }) : []);
  const files = () => kept().filter((name) => /\.\w+$/.test(name));
  const size = () => statSync(join(recordings, files()[0]), { throwIfNoEntry: false })?.size ?? 0;
  await press(page, "Begin, and record my answers");
  await press(page, "Record");
  await page.waitForSelector(".pk-mock .pk-rec");
  await until(() => files().length && size() > 8000, "the first seconds in the folder");
  await endsAndRates(page, async () => {
    await until(() => files()[0].endsWith(".webm"), () => `the whole recording, not ${files()}`);
    const heard = () => page.$eval(".pk-mock audio", (audio) => audio.duration).catch(() => 0);
    await until(async () => Number.isFinite(await heard()) && (await heard()) > 1, "a sound to play");
  });
  assert.equal(files().length, 1);
  assert.equal(readFileSync(join(recordings, files()[0])).toString("hex", 0, 4), WEBM);
  assert.equal(Object.values((await stored()).texts.mock).length > 0, true);
});

scene("On the sixth page a question is found again and rated, and comes next", "06-debrief", async (page) => {
  await page.locator(".pk-debrief input[type=text]").fill("Amazon");
  await page.locator(".pk-asked-item textarea").click();
  await page.keyboard.type("a promse you could not keep", { delay: 20 }); // misspelt, as people type
  const suggestion = await page.waitForSelector(".pk-suggestion");
  const id = await suggestion.evaluate((node) => node.dataset.question);
  await page.locator(".pk-suggestion").click();
  await page.waitForSelector(`.pk-matched [data-question="${id}"]`);
  await page.locator(".pk-ratings input[value=again]").click();
  await isSaved(page, `.pk-debrief ${STATUS}`);
  await page.waitForSelector(`.pk-debrief-next [data-question="${id}"]`);
  const [debrief] = Object.values((await stored()).texts.debrief);
  const { company, asked } = JSON.parse(debrief.debrief.at(-1).text);
  assert.deepEqual([company, asked[0].question, asked[0].rating], ["Amazon", id, "again"]);
});

// It is the last one, because the keys that are pressed here choose filters, and a page opens again with them.
test("No word of a page is broken, and no key that is pressed in a control changes a cell or leaves it", async () => {
  const address = await addressOf("01-start");
  const last = { "01-start": [".pk-home .pk-kept", 0], "02-answer": [`${BOX}:not([readonly])`, 0], "03-companies": [".prepkit-view .dt-search input", 2] };
  for (const [name, what] of Object.entries(last)) {
    const page = await tab([]);
    await page.goto(address.replace("01-start", name));
    const isThere = ([css, place]) => document.querySelectorAll(css).length > place;
    await until(() => page.evaluate(isThere, what), `all of ${name}`);
    assert.deepEqual(await faults(page, ".jp-OutputArea-output:not(.jp-RenderedText)"), [], name);
    const cells = () => page.$$eval(".jp-Notebook .jp-Cell", (all) => all.length);
    const before = await cells();
    const kinds = "select, input:not([type=hidden]):enabled, button:enabled, summary, a[href], [tabindex='0']";
    for (const control of await page.$$(`.jp-OutputArea-output :is(${kinds})`)) {
      if (!(await control.isVisible())) continue;
      await control.focus();
      for (const key of KEYS) {
        await page.keyboard.press(key);
        assert.equal(await cells(), before, `${key} in ${await control.evaluate((node) => node.outerHTML)}`);
      }
    }
    await page.close();
  }
});
