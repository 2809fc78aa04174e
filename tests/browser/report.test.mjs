// Opens reports and statements in a browser: accessibility, valid HTML, a phone's width, no JavaScript, the keyboard, pictures.
//
//   EVENLY_REPORTS=out [CHROMIUM=/usr/bin/chromium] [SHOTS=folder] node --test tests/browser/
//
// EVENLY_REPORTS is a folder with a folder for each report or statement. Without it or without a browser the tests are skipped, but
// where CI=true that is a failure.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import { assertAccessible, assertFits, launch, noBrowser, openAllDetails } from "./browser.mjs";

const folder = process.env.EVENLY_REPORTS && resolve(process.env.EVENLY_REPORTS);
const shots = process.env.SHOTS && resolve(process.env.SHOTS);
const reports = !folder || !existsSync(folder)
  ? []
  : readdirSync(folder)
      .flatMap((name) => ["report.html", "statement.html"].map((page) => ({ name, file: join(folder, name, page) })))
      .filter((own) => existsSync(own.file))
      .sort((a, b) => a.name.localeCompare(b.name));
const missing = !folder
  ? "EVENLY_REPORTS is not set: give a folder with a folder for each report"
  : !reports.length
    ? `neither report.html nor statement.html in any folder of ${folder}`
    : noBrowser;

let browser;

before(async () => {
  if (missing) return;
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** Opens the report; every request but the file itself is refused and remembered. */
async function open(report, { width = 1280, javaScriptEnabled = true, media = "screen" } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
  const page = await context.newPage();
  const asked = [];
  await page.route("**/*", (route) => {
    if (route.request().url() === pathToFileURL(report).href) return route.continue();
    asked.push(route.request().url());
    return route.abort();
  });
  await page.emulateMedia({ media });
  await page.goto(pathToFileURL(report).href);
  return { page, context, asked };
}

test("there are reports and a browser to open them in", { skip: process.env.CI === "true" ? false : missing }, () => {
  assert.equal(missing, undefined);
});

for (const { name, file } of missing ? [] : reports) describe(name, () => {
  for (const width of [1280, 320]) {
    test(`no accessibility violations at ${width} px, all tables open`, async () => {
      const { page, context } = await open(file, { width });
      await openAllDetails(page);
      await assertAccessible(page, name);
      await context.close();
    });
  }

  test("the HTML is valid", async () => {
    const validator = new HtmlValidate(new FileSystemConfigLoader({ extends: ["html-validate:standard", "html-validate:document"] }));
    const result = await validator.validateFile(file);
    const told = result.results.flatMap((own) => own.messages).map((own) => `${own.line}:${own.column} ${own.ruleId}: ${own.message}`);
    assert.deepEqual(told.slice(0, 20), []);
  });

  test("the page does not scroll sideways on a phone, even with all tables open", async () => {
    const { page, context } = await open(file, { width: 320 });
    await openAllDetails(page);
    await assertFits(page, name);
    await context.close();
  });

  test("text in charts is readable and does not overlap at 320 px", async () => {
    const { page, context } = await open(file, { width: 320 });
    const { small, overlaps } = await page.evaluate(() => {
      const small = [];
      const overlaps = [];
      for (const svg of document.querySelectorAll("svg.chart")) {
        if (!svg.getClientRects().length) continue;
        const texts = [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        if (13 * scale < 9.5) small.push(`${svg.querySelector("title").textContent}: ${(13 * scale).toFixed(1)} px`);
        for (let i = 0; i < texts.length; i += 1) {
          for (let j = i + 1; j < texts.length; j += 1) {
            const [a, b] = [texts[i].box, texts[j].box];
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 1 && high > 3) overlaps.push(`"${texts[i].text}" and "${texts[j].text}" in ${svg.querySelector("title").textContent}`);
          }
        }
      }
      return { small, overlaps };
    });
    assert.deepEqual(small, []);
    assert.deepEqual(overlaps.slice(0, 10), []);
    await context.close();
  });

  test("everything is there without JavaScript and without a request", async () => {
    const { page, context, asked } = await open(file, { javaScriptEnabled: false });
    assert.equal(await page.locator("h1").count(), 1);
    assert.ok(await page.locator("#found, #overview").isVisible());
    assert.ok(await page.locator("svg.chart--wide, svg.chart--both").first().isVisible());
    assert.deepEqual(asked, []);
    await context.close();
  });

  test("the keyboard reaches every fold and every table that scrolls", async () => {
    const { page, context } = await open(file, { width: 320 });
    await openAllDetails(page);
    const wanted = await page.locator("summary, .table-scroll[tabindex='0'], a[href]").count();
    const reached = await page.evaluate(() => {
      const able = "summary, .table-scroll[tabindex='0'], a[href]";
      let count = 0;
      for (const own of document.querySelectorAll(able)) {
        own.focus();
        if (document.activeElement === own && own.tabIndex >= 0) count += 1;
      }
      return count;
    });
    assert.equal(reached, wanted);
    await page.reload();
    await page.keyboard.press("Tab");
    assert.equal((await page.evaluate(() => document.activeElement.textContent)).slice(0, 20), "Skip to the findings");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    const unnamed = await page.locator(".table-scroll:not([aria-label])").count();
    assert.equal(unnamed, 0);
    await context.close();
  });

  test("print shows the tables", async () => {
    const { page, context } = await open(file, { media: "print" });
    const hidden = await page.evaluate(
      () => [...document.querySelectorAll("details table")].filter((own) => !own.checkVisibility({ contentVisibilityAuto: true })).length,
    );
    assert.equal(hidden, 0);
    await context.close();
  });

  test("pictures of the report", { skip: !shots && "SHOTS is not set: no folder for pictures" }, async () => {
    // A long report is taller than a picture may be: the first screens are enough to look at.
    for (const [kind, width, height, grey] of [["wide", 1280, 4000, false], ["phone", 320, 4000, false], ["grey", 1280, 4000, true]]) {
      const { page, context } = await open(file, { width });
      await page.setViewportSize({ width, height });
      if (grey) await page.addStyleTag({ content: "html { filter: grayscale(1) }" });
      const path = join(shots, `${name}-${kind}.png`);
      await page.screenshot({ path });
      assert.ok(statSync(path).size > 10_000);
      await context.close();
    }
    const { page, context } = await open(file);
    const path = join(shots, `${name}.pdf`);
    await page.pdf({ path, format: "A4", timeout: 120_000 });
    assert.ok(statSync(path).size > 10_000);
    await context.close();
  });
});
