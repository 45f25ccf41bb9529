// An interview written down in the page: what cannot be saved comes back as typed, what is saved is sealed, and no byte of it lies
// in clear under the archive. With scripts off, as such work is done.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NAME = "Orlana Vestrick of Lime Wharf";
const TOLD = "شاهدت طائرة تحلق على ارتفاع منخفض ثم سقطت قذيفة على المخبز القديم في دورفان";
const PSEUDONYM = "Kestrel-of-the-walk";

function* bytesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* bytesBelow(path);
    else if (entry.isFile()) yield [path, readFileSync(path)];
  }
}

const isInClear = (bytes) => [NAME, TOLD, PSEUDONYM].some((words) => bytes.includes(words) || bytes.includes(encodeURIComponent(words)));

/** Writes one down, in Arabic. The empty form is one of the pages that the walk looks at. */
export async function account(browser, served, demo, shots, complain) {
  const say = (what) => complain("account", what);
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const go = (path) => page.goto(new URL(path, served.origin).href);
  const send = () => page.click("main button[type=submit]");
  const shot = (name) => page.screenshot({ path: join(shots, "ar", `${name}.png`), fullPage: true });
  try {
    await page.goto(served.link);
    await go("/accounts/new?lang=ar&answers=12");
    if ((await page.locator("textarea[name=answer]").count()) !== 12) say("there is no room for the twelve answers that were asked for");
    await page.fill("#pseudonym", PSEUDONYM);
    await page.fill("#date", "2024-03-09");
    await page.fill("#question-0", "ماذا رأيت؟");
    await page.fill("#answer-0", TOLD);
    await page.selectOption("#first-0", "yes");
    await page.fill("#answer-1", "They said that three people were killed.");
    await page.selectOption("#first-1", "no");
    await page.fill("#identity-name", NAME);
    await send();
    if ((await page.inputValue("#answer-0")) !== TOLD || (await page.inputValue("#identity-name")) !== NAME) say("what could not be saved did not come back as typed");
    if (!(await page.textContent("main")).includes("دون موافقة")) say("a missing consent is not told");
    await shot("account-refused");
    await page.check("input[name=purpose][value=internal]");
    await send();
    if (!/\/items\/[0-9a-f]{64}/.test(page.url())) return say(`saving led to ${page.url()}: ${(await page.textContent("main")).slice(0, 300)}`);
    const shown = await page.textContent("main");
    if (!shown.includes(TOLD) || !shown.includes("أدركه بنفسه")) say("the account's page does not show the answer and what was said of it");
    if (shown.includes(NAME)) say("the account's page says who told it");
    await shot("account-saved");
    for (const [path, bytes] of bytesBelow(join(demo, "archive"))) if (isInClear(bytes)) say(`in clear: ${path}`);
    await go("/accounts/new?lang=en");
    await page.fill("#pseudonym", PSEUDONYM);
    await page.fill("#answer-0", "Another telling.");
    await page.check("input[name=purpose][value=internal]");
    await send();
    if (!(await page.locator("input[name=again]").count())) say("the earlier account of the same person is not shown before a new one");
  } finally {
    await context.close();
  }
  console.log("an interview was written down, sealed, and asked for again");
}
