// The site and the workbook in Firefox: what a visitor and a candidate do first, once through.
// The other tests run in Chromium, so this finds what only another browser would show.
//
// `make firefox` runs it. FIREFOX names the browser, PYTHON the interpreter that has prepkit, and
// SCREENSHOTS a folder to put a picture of each scene into.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";

const PYTHON = process.env.PYTHON ?? "python3";
const STATUS = ".pk-status-text";
const SAVED = /^Saved \d/;
const PATIENCE = 120_000; // ms; a busy machine is slow, and no test is timed

const folder = mkdtempSync(join(tmpdir(), "prepkit-firefox-"));
const environment = { ...process.env, PREPKIT_HOME: join(folder, "home"), PYTHONUNBUFFERED: "1" };
const started = [];
let browser;

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

/** Returns a new tab; what goes wrong in it is added to `complaints`. */
async function tab(complaints) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("dialog", (dialog) => dialog.accept()); // Firefox asks before it leaves a changed notebook
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return page;
}

/** Returns the text of the first element that fits, or "" if there is none. */
function textOf(page, selector) {
  return page.evaluate((css) => document.querySelector(css)?.textContent.trim() ?? "", selector);
}

async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
}

before(async () => {
  browser = await puppeteer.launch({
    browser: "firefox",
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
  await page.locator("[data-field=situation]").fill("The ferry was late.");
  await until(async () => SAVED.test(await textOf(page, STATUS)), "Saved, on the site");
  await page.reload();
  const kept = () => page.$eval("[data-field=situation]", (box) => box.value).catch(() => "");
  await until(kept, "the answer after the reload");
  assert.equal(await kept(), "The ferry was late.");
  await picture(page, "site-answer");

  await page.locator("::-p-aria([name='Cookie preferences'][role='button'])").click();
  const dialog = "::-p-aria([name='Cookie preferences'][role='dialog'])";
  await page.waitForSelector(dialog, { visible: true });
  await picture(page, "site-cookies");
  assert.deepEqual(complaints, []);
});

test("In JupyterLab, an answer that was saved is there after a reload", async () => {
  const lab = start("-m", "prepkit", "lab", "--no-browser", "--folder", join(folder, "workbook"));
  const printed = () => /http:\S+\/01-start\.ipynb\?token=\S+/.exec(lab.said);
  const [address] = await until(printed, () => `JupyterLab's address. It said: ${lab.said}`);
  const complaints = [];
  const page = await tab(complaints);

  await page.goto(address.replace("01-start", "02-answer"));
  const ready = "[data-field=situation]:not([disabled]):not([readonly])";
  const box = await page.waitForSelector(ready, { visible: true });
  await box.click();
  await page.keyboard.type("The ferry was late.", { delay: 20 });
  await until(async () => SAVED.test(await textOf(page, STATUS)), "Saved, in JupyterLab");
  await picture(page, "lab-saved");
  await page.reload();
  const kept = () => page.$eval("[data-field=situation]", (found) => found.value).catch(() => "");
  await until(kept, "the answer after the reload");
  assert.equal(await kept(), "The ferry was late.");
  await picture(page, "lab-reloaded");
  assert.deepEqual(complaints, []);
});
