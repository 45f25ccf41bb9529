// The dossier's reader page, opened from a folder as a stranger would: what it is given must hold, and one changed byte
// must be seen.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PATIENCE = 60_000;

/** Gives the reader page a zip and answers its verdict: its class and its words. */
async function read(page, zip) {
  await page.locator("input[type=file]").setInputFiles(zip);
  const verdict = page.locator("section.verdict");
  await verdict.waitFor({ timeout: PATIENCE });
  const kind = (await verdict.getAttribute("class")).replace("verdict", "").trim();
  return { kind, words: await verdict.innerText(), all: await page.locator("body").innerText() };
}

/** Where the bytes of a stored file begin in the zip. */
function inside(zip, name) {
  let at = zip.indexOf(Buffer.from(name));
  while (at >= 0 && zip.readUInt32LE(Math.max(0, at - 30)) !== 0x04034b50) at = zip.indexOf(Buffer.from(name), at + 1);
  return at < 0 ? -1 : at + name.length + zip.readUInt16LE(at - 2);
}

/** Opens the page of `dossier` from a folder, twice. */
export async function reader(browser, dossier, shots, accessible, complain) {
  const folder = mkdtempSync(join(tmpdir(), "witnessmark-reader-"));
  mkdirSync(shots, { recursive: true });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    execFileSync("unzip", ["-q", dossier, "-d", folder]);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complain("reader", `console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complain("reader", `script: ${error.message}`));
    page.on("request", (asked) => {
      if (/^(https?|wss?|ftp):/.test(asked.url())) complain("reader", `asked for ${asked.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    const whole = await read(page, dossier);
    await page.screenshot({ path: join(shots, "reader.png"), fullPage: true });
    if (!["holds", "fits"].includes(whole.kind)) complain("reader", `of the dossier as issued it says: ${whole.words}`);
    if (/\b(proved|proven|verified|authentic)\b/i.test(whole.all)) complain("reader", "claims more than was checked");
    await accessible(page, "reader");
    await page.locator("#language").click();
    if ((await page.locator("html").getAttribute("dir")) !== "rtl") complain("reader", "Arabic does not run from the right");
    await page.screenshot({ path: join(shots, "reader-ar.png"), fullPage: true });

    const bytes = readFileSync(dossier);
    const at = inside(bytes, "report.html");
    if (at < 0) return complain("reader", "the dossier holds no report.html");
    bytes[at + 100] ^= 1;
    const changed = join(folder, "changed.zip");
    writeFileSync(changed, bytes);
    await page.reload();
    const bad = await read(page, changed);
    await page.screenshot({ path: join(shots, "reader-changed.png"), fullPage: true });
    if (bad.kind !== "fails" || !bad.words.includes("report.html")) complain("reader", `of a changed dossier it says: ${bad.words}`);
    console.log(`the reader page says of the dossier: ${whole.words.split("\n")[0]}; of a changed one: ${bad.words.split("\n")[0]}`);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
