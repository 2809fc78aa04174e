// Uses the platform as people do, in a browser: the story from set-up to sign-out by keyboard alone and without JavaScript, the
// made-up trust in two clicks, every page at two widths, and a real identity provider.
//
//   EVENLY=target/release/evenly [CHROMIUM=/usr/bin/chromium] [SHOTS=folder] node --test tests/browser/platform.test.mjs
//
// Without the program or without a browser the tests are skipped, but where CI=true that is a failure.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import { assertAccessible, assertFits, launch, noBrowser, openAllDetails } from "./browser.mjs";
import { press, start, tabTo, type, untilEnded, untilGone } from "./platform.mjs";
import { listen } from "./provider.mjs";

const program = process.env.EVENLY && resolve(process.env.EVENLY);
const shots = process.env.SHOTS && resolve(process.env.SHOTS);
const missing = !program
  ? "EVENLY is not set: give the path of the program"
  : !existsSync(program)
    ? `no program at ${program}`
    : noBrowser;
const folder = mkdtempSync(join(tmpdir(), "evenly-platform-"));
const demo = join(folder, "demo");
let browser;

before(async () => {
  if (shots) mkdirSync(shots, { recursive: true });
  if (!missing) browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("there is a program and a browser to try it with", { skip: process.env.CI === "true" ? false : missing }, () => {
  assert.equal(missing, undefined);
});

/** What a person sees at a step of the story: axe, nothing wider than the screen, and a picture where pictures are wanted. */
async function look(page, name) {
  await assertFits(page, name);
  // axe is a script: where the page runs none, it looks at the same page in a browser that does.
  const twin = await browser.newPage({ viewport: page.viewportSize() });
  await twin.goto(new URL("/accessibility", page.url()).href);
  await twin.setContent(await page.content());
  await assertAccessible(twin, name);
  await twin.close();
  await picture(page, name);
}

async function picture(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

describe("the made-up trust", { skip: missing }, () => {
  let trust;
  let address;

  before(async () => {
    trust = await start(
      program,
      ["demo", "--people", "24000", "--bind", "127.0.0.1:0", "--out", demo],
      [/platform is at (\S+)/, /or as (\S+) with/, /with (\S+)\nStop/],
    );
    [address] = trust.found;
  });

  after(() => trust?.stop());

  async function signIn(who, { width = 1280, javaScriptEnabled = true } = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole("button", { name: `Sign in as ${who}` }).click();
    await page.waitForLoadState();
    return { page, context };
  }

  test("the sign-in that is printed works", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.getByLabel("Email address").fill(trust.found[1]);
    await page.getByLabel("Password").fill(trust.found[2]);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    assert.equal(await page.locator("h1").textContent(), "What needs attention");
    await context.close();
  });

  test("a stranger reaches the masked inequality in two clicks", async () => {
    const { page, context } = await signIn("Tom Hale"); // the first click
    const masked = page.locator("ol.findings li", { hasText: /overall .* but not/ }).first();
    assert.ok(await masked.isVisible(), "the masked inequality is not on the first page");
    await masked.locator("a").first().click(); // the second
    await page.waitForLoadState();
    assert.match(page.url(), /\/findings\//);
    assert.match(await page.locator("main").textContent(), /but not/);
    assert.ok(await page.locator("main svg:visible").first().isVisible());
    await context.close();
  });

  // Every kind of page that a person can reach: addresses differ by ids and by what is chosen.
  const kind = (url) => {
    const { pathname, searchParams } = new URL(url);
    const path = pathname
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gu, "ID")
      .replace(/^(\/indicators|\/scores|\/definitions\/[a-z-]+)\/[^/]+/u, "$1/ID");
    return `${path}?${[...searchParams.keys()].filter((own) => own !== "next").sort().join("&")}`;
  };
  const downloads = /\.(csv|xlsx|json|svg|png|pdf|parquet|html)$/u;

  async function everyPage(page, visit) {
    const seen = new Map();
    const waiting = [page.url()];
    while (waiting.length) {
      const next = waiting.shift();
      const own = kind(next);
      if ((seen.get(own) ?? 0) >= 1) continue;
      seen.set(own, (seen.get(own) ?? 0) + 1);
      const response = await page.goto(next);
      assert.equal(response.status(), 200, next);
      await visit(page, own);
      const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
      waiting.push(...links.map((link) => link.split("#")[0]).filter((link) => link.startsWith(address) && !downloads.test(new URL(link).pathname)));
    }
    return [...seen.keys()];
  }

  const validator = new HtmlValidate(
    new FileSystemConfigLoader({
      extends: ["html-validate:standard", "html-validate:document"],
      // What is ours to send needs no hash; nothing is loaded from elsewhere.
      rules: { "require-sri": ["error", { target: "crossorigin" }] },
    }),
  );

  // What one person has seen is not looked at again with another's eyes, but for the first page.
  const looked = new Set();

  for (const who of ["Ada Obi", "Sunil Rao", "Lin Chen", "Tom Hale"]) {
    test(`every page that ${who} sees: axe, valid HTML, nothing wider than a phone`, { timeout: 600_000 }, async () => {
      const { page, context } = await signIn(who);
      const pages = await everyPage(page, async (own, name) => {
        if (name !== "/?" && looked.has(name)) return;
        looked.add(name);
        await openAllDetails(own);
        await assertAccessible(own, name);
        const { results } = await validator.validateString(await (await own.request.get(own.url())).text());
        const told = results.flatMap((one) => one.messages).map((one) => `${name} ${one.line}:${one.column} ${one.ruleId}: ${one.message}`);
        assert.deepEqual(told.slice(0, 10), []);
        assert.equal(await own.locator("h1").count(), 1, name);
        await own.setViewportSize({ width: 320, height: 800 });
        await assertFits(own, name);
        await assertAccessible(own, `${name} at 320 px`);
        await picture(own, `${who}${name.replaceAll(/[^a-z0-9]+/giu, "-")}phone`);
        await own.setViewportSize({ width: 1280, height: 900 });
        await picture(own, `${who}${name.replaceAll(/[^a-z0-9]+/giu, "-")}wide`);
      });
      assert.ok(pages.length >= 5, pages.join("\n"));
      await context.close();
    });
  }

  test("downloads of an indicator are there", async () => {
    const { page, context } = await signIn("Ada Obi");
    await page.goto(`${address}/indicators/did-not-attend`);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
    const files = links.filter((link) => downloads.test(new URL(link).pathname));
    for (const ending of ["csv", "json", "png", "svg", "xlsx"]) {
      const own = files.find((link) => new URL(link).pathname.endsWith(`.${ending}`));
      assert.ok(own, `no ${ending} among ${files.join(" ")}`);
      const response = await page.request.get(own);
      assert.equal(response.status(), 200, own);
      assert.match(response.headers()["content-disposition"], /attachment/);
    }
    await context.close();
  });
});

describe("from set-up to sign-out", { skip: missing }, () => {
  let provider;
  let platform;
  let address;
  let setUp;
  const password = "kettle marmot fjord 9";

  before(async () => {
    provider = await listen();
    const secret = "a secret of the tests";
    const secretFile = join(folder, "secret");
    writeFileSync(secretFile, `${secret}\n`);
    platform = await start(
      program,
      ["serve", "--data", join(folder, "data"), "--bind", "127.0.0.1:0", "--imports", join(demo, "extracts"), "--organisation", "Anytown Hospitals"],
      [/Evenly is at (\S+)/, /first account, within a day, at (\S+)/],
      {
        EVENLY_PROVIDER_NAME: "Anytown account",
        EVENLY_PROVIDER_ISSUER: provider.issuer,
        EVENLY_PROVIDER_CLIENT_ID: "evenly",
        EVENLY_PROVIDER_SECRET_FILE: secretFile,
      },
    );
    [address, setUp] = platform.found;
    provider.open({ client_id: "evenly", client_secret: secret, redirect_uris: [`${address}/sign-in/elsewhere/return`] });
  });

  after(async () => {
    await platform?.stop();
    await provider?.close();
  });

  test("by keyboard alone and without JavaScript: set up, import, see, discuss, decide, publish, sign out", { timeout: 600_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 800 }, javaScriptEnabled: false });
    const page = await context.newPage();

    await page.goto(setUp);
    await type(page, "Your name", "Ada Obi");
    await type(page, "Your email address", "not an address");
    await type(page, "Password", "short");
    await press(page, "Make the first account");
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ada Obi", "what was typed is kept");
    assert.equal(await page.locator("#password-error").count(), 1, "the error stands beside its field");
    await look(page, "story-1-set-up-wrong");
    await tabTo(page, "Your email address");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("ada.obi@anytown.example");
    await type(page, "Password", password);
    await type(page, "The same password again", password);
    await press(page, "Make the first account");
    assert.equal(await page.locator("h1").textContent(), "What needs attention");
    assert.equal((await page.request.get(setUp)).status(), 404, "the link works once");

    await press(page, "Data");
    await press(page, "Bring data in");
    await press(page, "Count and analyse");
    assert.equal(await page.locator("#file-error").count(), 1);
    await look(page, "story-2-import-wrong");
    await type(page, "What is it called?", "Outpatient appointments");
    await tabTo(page, "What are its columns?");
    await page.keyboard.type("SUS");
    await tabTo(page, "Or a file in the server");
    await page.keyboard.type("outpatients");
    await press(page, "Count and analyse");
    assert.equal(await untilEnded(page), "Done");
    await look(page, "story-3-run");

    await press(page, "See what needs attention");
    const sentence = (await page.locator("ol.findings li a").first().textContent()).trim();
    await press(page, sentence);
    const finding = page.url();
    await look(page, "story-4-finding");
    await type(page, "Your comment", "The early clinic is two buses away <script>alert(1)</script>");
    await press(page, "Add comment");
    assert.match(await page.locator("#discussion ~ ol").textContent(), /two buses away <script>/);
    await tabTo(page, "Put a decision on record");
    await page.keyboard.press("Enter");
    await press(page, "Put decision on record");
    assert.equal(await page.locator("#reason-error").count(), 1);
    await tabTo(page, "We will act");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await type(page, "Because", "the clinic moves back in May, and we look again then");
    await press(page, "Put decision on record");
    assert.match(await page.locator("#decisions ~ ol").first().textContent(), /will not act, because.*moves back in May/s);
    await look(page, "story-5-decided");

    await press(page, "Statements");
    await press(page, "Draft a statement");
    await type(page, "Time reported on", "last year");
    await press(page, "Draft it");
    assert.equal(await page.locator("#period-error").count(), 1);
    await tabTo(page, "Time reported on");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2024-25");
    await press(page, "Draft it");
    const statement = page.url().split("?")[0];
    assert.match(await page.locator("main").textContent(), /evidence is being counted/);
    await untilGone(page, "evidence is being counted");
    await look(page, "story-6-draft");
    await press(page, "Overview");
    await type(page, "In our words", "We asked the people who wait longest.");
    await press(page, "Save");
    await look(page, "story-7-part");
    await page.goto(statement);
    assert.match(await page.locator("main").textContent(), /waits for somebody else than its authors/);

    await page.goto(address);
    await press(page, "People");
    await press(page, "Add a person");
    await type(page, "Name", "Sunil Rao");
    await type(page, "Email address", "sunil.rao@anytown.example");
    await tabTo(page, "Approver");
    await page.keyboard.press("Space");
    await press(page, "Add person");
    const invitation = (await page.locator(".secret").textContent()).trim();
    await press(page, "Sign out");
    assert.equal((await page.request.get(finding, { maxRedirects: 0 })).status(), 303);

    const other = await context.browser().newContext({ javaScriptEnabled: false });
    const second = await other.newPage();
    await second.goto(invitation);
    await type(second, "Password", "sparrow ledger canal 4");
    await type(second, "The same password again", "sparrow ledger canal 4");
    await press(second, "Set password");
    await second.goto(finding);
    assert.match(await second.locator("main").textContent(), /two buses away/);
    await press(second, "Statements");
    await press(second, "Statement on information on health inequalities");
    await press(second, "Approve it as it stands");
    await press(second, "Publish it");
    assert.match(await second.locator("main").textContent(), /Published/);
    await look(second, "story-8-published");
    const files = await second.locator(".downloads a").evaluateAll((links) => links.map((link) => link.href));
    assert.ok(files.length >= 3, files.join(" "));
    for (const file of files) {
      const response = await second.request.get(file);
      assert.equal(response.status(), 200, file);
      assert.match(response.headers()["content-disposition"], /attachment/);
    }
    const published = await (await second.request.get(files.find((own) => own.endsWith("statement.html")))).text();
    assert.match(published, /We asked the people who wait longest/);
    await press(second, "Sign out");
    assert.equal((await second.request.get(statement, { maxRedirects: 0 })).status(), 303);
    await other.close();
    await context.close();
  });

  test("the trust's own identity provider lets in whoever has an account here, by an address it has verified", async () => {
    const through = async (email) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${address}/sign-in?next=/findings`);
      await page.getByRole("link", { name: "Sign in with Anytown account" }).click();
      await page.locator("[name=login]").fill(email);
      await page.locator("[name=password]").fill("anything");
      await page.locator("[type=submit]").click();
      await page.locator("[type=submit]").click(); // consent
      await page.waitForURL(`${address}/**`);
      return { page, context };
    };
    const known = await through("sunil.rao@anytown.example");
    assert.equal(known.page.url(), `${address}/findings`);
    await known.context.close();
    const unknown = await through("nobody@anytown.example");
    assert.match(unknown.page.url(), /sign-in/);
    assert.match(await unknown.page.locator("main").textContent(), /no account/i);
    await unknown.context.close();
  });
});
