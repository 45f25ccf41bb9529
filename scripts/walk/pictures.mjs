// Pictures as people meet them: gray and blurred on every page until somebody asks again, in the pixels and not only in the
// style sheet; as they are only for whoever asked; side by side when two are alike; gray and blurred in the report.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A blurred picture is at most this many pixels a side. */
const STILL_SIDE = 320;
/** Mean difference of neighbouring pixels, of 255, that a blur does not exceed; the town's photographs have 4 and more. */
const BLURRED = 2.5;

/** Of every picture of a page: its size, whether it is gray, and how sharp it is. Pixels of our own origin can be read. */
const measure = (page) =>
  page.evaluate(async () => {
    const read = async (image) => {
      image.loading = "eager";
      await image.decode().catch(() => {});
      const [width, height] = [image.naturalWidth, image.naturalHeight];
      if (!width) return { src: image.src, width, height };
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const at = canvas.getContext("2d", { willReadFrequently: true });
      at.drawImage(image, 0, 0);
      const { data } = at.getImageData(0, 0, width, height);
      let gray = true, sum = 0, count = 0;
      for (let i = 0; i + 7 < data.length; i += 4) {
        gray &&= data[i] === data[i + 1] && data[i] === data[i + 2];
        if ((i / 4 + 1) % width) [sum, count] = [sum + Math.abs(data[i + 1] - data[i + 5]), count + 1];
      }
      return { src: image.src, width, height, gray, sharp: sum / Math.max(1, count), alt: image.alt };
    };
    return Promise.all([...document.images].map(read));
  });

const isVeiled = (seen) => seen.width > 0 && seen.gray && seen.sharp < BLURRED && Math.max(seen.width, seen.height) <= STILL_SIDE;

/** Walks the pages that show pictures; `accessible` looks at each as the walk does. */
export async function pictures(browser, served, demo, shots, accessible, complain) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const say = (what) => complain("pictures", what);
  const go = (path) => page.goto(new URL(path, served.origin).href, { waitUntil: "load" });
  const links = (part) => page.$$eval("a[href]", (all, part) => all.map((a) => a.href).filter((href) => href.includes(part)), part);
  try {
    await page.goto(served.link);
    await go("/items?kind=picture&lang=en");
    const items = [...new Set(await links("/items/"))];
    let veiled = 0;
    for (const item of items) {
      await page.goto(item);
      const seen = await measure(page);
      for (const picture of seen) {
        if (!picture.src.endsWith("/still.png")) say(`${item} shows ${picture.src}`);
        else if (!isVeiled(picture)) say(`${item}: not gray, blurred and small: ${JSON.stringify(picture)}`);
        else veiled += 1;
        if (!picture.alt) say(`${item}: a picture has no words`);
      }
      await page.evaluate(() => [...document.styleSheets].forEach((sheet) => (sheet.disabled = true)));
      if ((await measure(page)).some((picture) => !isVeiled(picture))) say(`${item}: without its style sheet a picture is bare`);
    }
    if (veiled < 5) say(`only ${veiled} blurred pictures were seen`);

    // The graphic one: nothing before it was asked for, everything after, and nothing again in another browser.
    await go("/items?q=graphic&lang=en");
    const graphic = (await links("/items/"))[0];
    if (!graphic) return say("the town's graphic picture is not in the list");
    const bare = await context.request.get(`${graphic}/picture.png`);
    if (bare.status() !== 404) say(`the graphic picture came unasked: ${bare.status()}`);
    await page.goto(`${graphic}/look`);
    await accessible(page, "/items/one/look");
    await page.screenshot({ path: join(shots, "en", "picture-asked.png"), fullPage: true });
    if (!(await measure(page)).every(isVeiled)) say("the page that asks shows the picture");
    await Promise.all([page.waitForURL(/look=/), page.click("form.ask button")]);
    const [shown] = await measure(page);
    if (!shown || shown.gray || shown.sharp < BLURRED) say(`asked for, the picture does not come: ${JSON.stringify(shown)}`);
    await accessible(page, "/items/one/look?look");
    const other = await browser.newContext();
    await (await other.newPage()).goto(served.link);
    if ((await other.request.get(shown.src)).status() !== 404) say("another browser may look too");
    await other.close();
    const kept = (await context.request.get(shown.src)).headers();
    if (kept["cache-control"] !== "no-store") say(`a picture may be kept: ${kept["cache-control"]}`);

    // Two that are alike.
    await go("/queue?kind=picture_match&lang=en");
    if (!(await measure(page)).every(isVeiled)) say("the queue shows a bare picture");
    const [pair] = await links("/compare?");
    if (!pair) return say("no two pictures can be set side by side");
    await page.goto(pair);
    const both = await measure(page);
    if (both.length !== 2 || !both.every(isVeiled)) say("two pictures side by side are not covered");
    await accessible(page, "/items/one/compare");
    await Promise.all([page.waitForURL(/look=/), page.click("form.ask button")]);
    const uncovered = await measure(page);
    if (uncovered.length !== 2 || uncovered.some((picture) => picture.gray)) say("two pictures do not come when asked for");
    await page.screenshot({ path: join(shots, "en", "picture-compare.png"), fullPage: true });

    await report(browser, demo, say);
    console.log(`${veiled} pictures are gray and blurred until somebody asks; asked for, they come, in that browser alone`);
  } finally {
    await context.close();
  }
}

/** On paper nobody can ask: what nobody has said is harmless is gray and blurred there, and no original is hidden in the file. */
async function report(browser, demo, say) {
  const context = await browser.newContext();
  try {
    for (const [folder, least] of [["", 3], ["ar", 3]]) {
      const file = join(demo, folder, "report.html");
      const page = await context.newPage();
      await page.goto(pathToFileURL(file).href);
      const seen = await measure(page);
      if (seen.length < least) say(`${folder}/report.html has ${seen.length} pictures`);
      for (const picture of seen) if (!picture.gray || picture.sharp >= BLURRED) say(`${folder}/report.html shows a bare picture`);
      if (seen.some((picture) => !picture.alt)) say(`${folder}/report.html has a picture without words`);
      if (/data:image\/jpe?g/.test(readFileSync(file, "utf8"))) say(`${folder}/report.html holds a JPEG`);
      await page.close();
    }
  } finally {
    await context.close();
  }
}
