// Who is not let in, and what a person's decision does.
import { request } from "node:http";

/** One request, as any program on this machine can make it. */
function ask(origin, { path = "/", method = "GET", headers = {}, body = "" }) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Without the token, under another name, or with a form from elsewhere: nothing. */
export async function guards(served, complain) {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const refused = [
    ["no token", {}],
    ["a wrong token", { path: `/?token=${"A".repeat(43)}` }],
    ["an item without a session", { path: "/items" }],
    ["a form without a session", { path: "/queue", method: "POST", headers: form, body: "row=x" }],
    ["another host's name", { headers: { host: "rebind.example:80" } }],
    ["another host's name with the token", { path: new URL(served.link).pathname + new URL(served.link).search, headers: { host: "rebind.example" } }],
  ];
  for (const [what, how] of refused) {
    const answer = await ask(served.origin, how);
    if (answer.status < 400 || answer.status > 499) complain(what, `status ${answer.status}`);
    if (answer.headers["set-cookie"]) complain(what, "got a cookie");
    if (!/default-src 'none'/.test(answer.headers["content-security-policy"] ?? "")) complain(what, "no content security policy");
  }
  console.log(`${refused.length} requests that may not come in were refused`);
}

/** Decides on one proposal as a person would, with scripts off; and searches. */
export async function answers(browser, served, complain) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "en" });
  const page = await context.newPage();
  await page.goto(served.link);
  await page.goto(`${served.origin}/queue?lang=en`);
  const first = await page.locator("a.button[href^='/queue/']").first().getAttribute("href");
  if (!first) return complain("queue", "no proposal waits: there is nothing to decide on");
  await page.goto(served.origin + first);
  const shown = await page.locator("main").innerText();
  await page.locator("form[action$='/accept'] button[type=submit]").click();
  const said = await page.locator("main").innerText();
  if (!/Recorded in the ledger/.test(said)) complain("accept", `the page says: ${said.slice(0, 120)}`);
  if (await page.locator("form[action$='/accept']").count()) complain("accept", "it can be accepted a second time");
  await page.goto(`${served.origin}/queue`);
  if (await page.locator(`a[href='${first}']`).count()) complain("accept", "it still waits");
  console.log(`accepted a proposal (${shown.length} characters on the screen)`);
  // A form of another page's making.
  const forged = await page.request.post(served.origin + first + "/reject", { form: { reason: "forged" } });
  if (forged.status() < 400) complain("a form without its own token", `status ${forged.status()}`);
  await search(page, served, complain);
  await context.close();
}

/** The same word, however it is written. */
async function search(page, served, complain) {
  for (const words of [["hospital", "Hospital"], ["مدرسة", "المدرسة", "مدرسه"], ["مستشفى", "المستشفى", "مُسْتَشْفَى"]]) {
    const found = [];
    for (const word of words) {
      await page.goto(`${served.origin}/search?q=${encodeURIComponent(word)}`);
      found.push(await page.locator("main a[href^='/items/']").count());
    }
    if (found[0] === 0) complain("search", `${words[0]} finds nothing`);
    if (new Set(found).size > 1) complain("search", `${words.join(", ")} find ${found.join(", ")}`);
  }
}
