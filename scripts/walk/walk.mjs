// A headless browser walks the pages of the demo as people would: in English and Arabic, with scripts off and on.
//
//   node scripts/walk/walk.mjs --program target/release/witnessmark --demo DIR --shots DIR
//
// DIR of --demo is what `witnessmark demo --no-serve --out DIR` left. Every complaint is printed, one a line; exit status 0
// says that there was none. It deliberately knows no page by name but the few that it acts on: it follows links.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { answers, guards } from "./guards.mjs";
import { account } from "./account.mjs";
import { pictures } from "./pictures.mjs";
import { reader } from "./reader.mjs";
import { browserPath, options, serve } from "./serve.mjs";

/** Pages of one shape (`/items/…`) that one walk visits. */
const EACH_SHAPE = 3;
/** Pages that one walk visits at most. */
const MOST = 80;
/** Fewer than these, and something is not linked. */
const FEWEST = 40;
/** Accessibility findings that fail the walk. */
const SERIOUS = ["serious", "critical"];
const MINUTE = 60_000;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const complaints = [];
const complain = (where, what) => complaints.push(`${where}: ${what}`);

/** `/items/3f2a` and `/items/77c0` are of one shape, and so are two filters of one list. */
function shape(url) {
  const long = (part) => (/\d|.{24}/.test(part) ? "one" : part);
  const asked = [...url.searchParams.keys()].map((name) => `?${name}`).join("");
  return url.pathname.split("/").map(long).join("/") + asked;
}

/** The address of a link as the walk counts it: language, place on the page and notices make no new page. */
function plain(href, base) {
  const url = new URL(href, base);
  url.hash = "";
  for (const passing of ["lang", "done", "token"]) url.searchParams.delete(passing);
  return url;
}

/** Listens to everything a page says or asks for. */
function listen(context, origin, where, complain) {
  context.on("page", (page) => {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complain(where(), `console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complain(where(), `script: ${error.message}`));
    page.on("dialog", (dialog) => {
      complain(where(), `dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
  });
  return context.route("**/*", (route) => {
    const asked = new URL(route.request().url());
    if (asked.origin === origin) return route.continue();
    complain(where(), `asked another host for ${asked.href}`);
    return route.abort();
  });
}

/** What holds of every page, whatever it shows. */
async function look(page, response, tongue, where, complain) {
  if (!response || response.status() !== 200) complain(where, `status ${response?.status()}`);
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    dir: getComputedStyle(document.body).direction,
    title: document.title.trim(),
    headings: [...document.querySelectorAll("h1")].map((h) => h.textContent.trim()),
    watermark: [...document.querySelectorAll(".watermark")].some((mark) => mark.getClientRects().length > 0),
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    left: /\{\{|\bundefined\b|\bNaN\b|\bSome\(|\bNone\b(?=\))/.exec(document.body.innerText)?.[0],
    links: [...document.querySelectorAll("a[href]")].map((a) => a.href),
    bare: [...document.images].map((i) => i.src).filter((src) => !src.endsWith("/still.png")),
  }));
  const direction = tongue === "ar" ? "rtl" : "ltr";
  if (seen.lang !== tongue) complain(where, `says its language is ${seen.lang}`);
  if (seen.dir !== direction) complain(where, `runs ${seen.dir}`);
  if (!seen.title) complain(where, "has no title");
  if (seen.headings.length !== 1 || !seen.headings[0]) complain(where, `has ${seen.headings.length} first headings`);
  if (!seen.watermark) complain(where, "does not say that the town is made up");
  if (seen.wider > 0) complain(where, `is ${seen.wider} px wider than the window`);
  for (const src of seen.bare) complain(where, `shows a picture that nobody asked for: ${src}`);
  if (seen.left) complain(where, `shows ${JSON.stringify(seen.left)}`);
  return seen.links;
}

async function accessible(page, where, complain) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations.filter((v) => SERIOUS.includes(v.impact))) {
    const [first] = violation.nodes;
    complain(where, `axe ${violation.id} (${violation.impact}, ${violation.nodes.length} times): ${first.target.join(" ")}: ${first.failureSummary.split("\n")[1]?.trim()}`);
  }
}

/** Follows links from the first page; answers how many pages were seen. */
async function walk(browser, served, tongue, scripts, shots) {
  let where = "start";
  const context = await browser.newContext({
    javaScriptEnabled: scripts,
    locale: tongue,
    viewport: { width: 1280, height: 900 },
    serviceWorkers: "block",
  });
  context.setDefaultTimeout(MINUTE);
  await listen(context, served.origin, () => where, complain);
  const page = await context.newPage();
  await page.goto(served.link);
  if (page.url().includes("token")) complain(where, "the token stays in the address");
  const waiting = [plain("/", served.origin)];
  const met = new Map();
  const known = new Set(["/"]);
  let seen = 0;
  while (waiting.length > 0 && seen < MOST) {
    const url = waiting.shift();
    const form = shape(url);
    if ((met.get(form) ?? 0) >= EACH_SHAPE) continue;
    met.set(form, (met.get(form) ?? 0) + 1);
    const address = new URL(url);
    address.searchParams.set("lang", tongue);
    where = `${tongue}${scripts ? "+scripts" : ""} ${url.pathname}${url.search}`;
    const response = await open(page, address.href, where);
    if (!response) continue;
    seen += 1;
    const links = await look(page, response, tongue, where, complain);
    if (scripts && met.get(form) === 1) await accessible(page, where, complain);
    if (met.get(form) === 1) await shot(page, shots, tongue, scripts, form);
    for (const link of links) {
      const next = plain(link, served.origin);
      if (next.origin !== served.origin) complain(where, `links to ${next.origin}`);
      else if (!known.has(next.pathname + next.search)) {
        known.add(next.pathname + next.search);
        waiting.push(next);
      }
    }
  }
  await context.close();
  return { seen, shapes: met.size };
}

/** Opens a page, or says what came instead of one: a file is fine when it is one that people ask for. */
async function open(page, address, where) {
  try {
    const response = await page.goto(address);
    const type = response?.headers()["content-type"] ?? "";
    if (type.startsWith("text/html")) return response;
    if (response?.status() !== 200) complain(where, `status ${response?.status()}`);
  } catch (error) {
    if (!/Download is starting|ERR_ABORTED/.test(error.message)) complain(where, error.message.split("\n")[0]);
  }
  return null;
}

async function shot(page, shots, tongue, scripts, form) {
  const name = form.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "overview";
  if (scripts) {
    await page.screenshot({ path: join(shots, tongue, `${name}.png`), fullPage: true });
    return;
  }
  // As on a telephone.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(shots, tongue, `${name}-narrow.png`), fullPage: true });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wider > 0) complain(`${tongue} ${form} at 390 px`, `is ${wider} px wider than the window`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

const { program, demo, shots } = options(["program", "demo", "shots"]);
/** A page with one of each offence, and what must be said of it: a walk that sees nothing says so. */
const PLANTED = `<html lang="fr"><title> </title><h1>One</h1><h1>Two</h1><img src="https://elsewhere.example/a.png">
  <div style="width:3000px">undefined</div><input><script>console.error("a planted error"); throw new Error("thrown")</script>`;
const SEEN = ["language", "runs ltr", "no title", "2 first headings", "made up", "wider", "undefined", "another host", "a planted error",
  "thrown", "nobody asked for", "status 404", "axe image-alt", "axe label"];

async function eyes(browser, origin) {
  const found = [];
  const note = (where, what) => found.push(what);
  const context = await browser.newContext();
  await listen(context, origin, () => "planted", note);
  await context.route(`${origin}/planted`, (route) => route.fulfill({ status: 404, contentType: "text/html", body: PLANTED }));
  const page = await context.newPage();
  const response = await page.goto(`${origin}/planted`);
  await look(page, response, "ar", "planted", note);
  await accessible(page, "planted", note);
  await context.close();
  for (const word of SEEN) {
    if (!found.some((what) => what.includes(word))) complain("the walk itself", `does not see a planted offence: ${word}`);
  }
  console.log(`${SEEN.length} planted offences were looked for`);
}

/** Runs one part; what breaks it is a complaint, and the next part is tried. */
async function part(name, what) {
  try {
    await what();
  } catch (error) {
    complain(name, error.message.split("\n")[0]);
  }
}

for (const tongue of ["en", "ar"]) mkdirSync(join(shots, tongue), { recursive: true });
const served = await serve(program, join(demo, "archive"));
const browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  console.log(`pages at ${served.origin}`);
  await part("eyes", () => eyes(browser, served.origin));
  await part("guards", () => guards(served, complain));
  for (const scripts of [false, true]) {
    for (const tongue of ["en", "ar"]) {
      await part(tongue, async () => {
        const { seen, shapes } = await walk(browser, served, tongue, scripts, shots);
        console.log(`${tongue}, scripts ${scripts ? "on" : "off"}: ${seen} pages of ${shapes} shapes`);
        if (seen < FEWEST) complain(tongue, `only ${seen} pages are linked`);
      });
    }
  }
  await part("answers", () => answers(browser, served, complain));
  await part("pictures", () => pictures(browser, served, demo, shots, (page, where) => accessible(page, where, complain), complain));
  await part("account", () => account(browser, served, demo, shots, complain));
  await part("reader", () => reader(browser, join(demo, "dossier.zip"), join(shots, "dossier"), (page, where) => accessible(page, where, complain), complain));
  await part("lock", () => served.lock(complain));
} finally {
  await browser.close();
  served.stop();
}
for (const line of complaints) console.log(`complaint: ${line}`);
console.log(complaints.length === 0 ? "the walk found nothing to complain of" : `${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
