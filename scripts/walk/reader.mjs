// The dossier's reader page, opened from a folder as a stranger would: what it is given must hold, and one changed byte
// must be seen.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PATIENCE = 60_000;

/** Gives the reader page a zip and answers what it says when it is done. */
async function read(page, zip) {
  await page.locator("input[type=file]").first().setInputFiles(zip);
  await page.waitForFunction(() => document.documentElement.dataset.state === "done" || document.body.dataset.state === "done", null, {
    timeout: PATIENCE,
  });
  return page.locator("body").innerText();
}

/** Where the bytes of a stored file begin in the zip. */
function inside(zip, name) {
  let at = zip.indexOf(Buffer.from(name));
  while (at >= 0 && zip.readUInt32LE(Math.max(0, at - 30)) !== 0x04034b50) at = zip.indexOf(Buffer.from(name), at + 1);
  return at < 0 ? -1 : at + name.length + zip.readUInt16LE(at - 2);
}

/** Opens the page of `dossier` from a folder, twice. */
export async function reader(browser, dossier, shots, complain) {
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
    if (!/unchanged since|لم تتغي/.test(whole)) complain("reader", `of the dossier as issued it says: ${whole.slice(0, 200)}`);
    if (/\b(proved|proven|verified|authentic)\b/i.test(whole)) complain("reader", "claims more than was checked");

    const bytes = readFileSync(dossier);
    const at = inside(bytes, "report.html");
    if (at < 0) return complain("reader", "the dossier holds no report.html");
    bytes[at + 100] ^= 1;
    const changed = join(folder, "changed.zip");
    writeFileSync(changed, bytes);
    await page.reload();
    const bad = await read(page, changed);
    await page.screenshot({ path: join(shots, "reader-changed.png"), fullPage: true });
    if (/unchanged since (?!.*not)/i.test(bad) && !/report\.html/.test(bad)) complain("reader", "does not see a changed byte");
    console.log("the reader page holds the dossier as issued, and names the file that was changed");
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
