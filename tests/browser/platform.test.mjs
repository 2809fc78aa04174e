// The platform in a browser: set up, sign in, bring data in, see, discuss, decide, sign out; without JavaScript, by keyboard, on a phone.
//
//   EVENLY=target/release/evenly [CHROMIUM=/usr/bin/chromium] [SHOTS=folder] node --test tests/browser/platform.test.mjs
//
// Without EVENLY or without a browser the tests are skipped, but where CI=true that is a failure.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertFits, launch, noBrowser, openAllDetails } from "./browser.mjs";
import { startProvider } from "./provider.mjs";

const evenly = process.env.EVENLY && resolve(process.env.EVENLY);
const shots = process.env.SHOTS && resolve(process.env.SHOTS);
const missing = !evenly || !existsSync(evenly) ? "EVENLY does not name the evenly command" : noBrowser;
const password = "kettle-marmot-fjord";

test("there is a command and a browser", { skip: process.env.CI === "true" ? false : missing }, () => {
  assert.equal(missing, undefined);
});

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

describe("the platform", { skip: missing }, () => {
  let browser, folder, server, provider, address, setUp;

  before(async () => {
    if (shots) mkdirSync(shots, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "evenly-platform-"));
    execFileSync(evenly, ["demo", "--people", "8000", "--extracts-only", "--out", join(folder, "demo")]);
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    provider = await startProvider(`${address}/sign-in/elsewhere/return`);
    const environment = {
      ...process.env,
      EVENLY_ORGANISATION: "Anytown Hospitals",
      EVENLY_WORKER_POLL_SECONDS: "1",
      EVENLY_OIDC_NAME: "the trust’s account",
      EVENLY_OIDC_ISSUER: provider.issuer,
      EVENLY_OIDC_CLIENT_ID: "evenly",
      EVENLY_OIDC_CLIENT_SECRET: "a-secret-of-the-tests",
    };
    const said = ["serve", "--data", join(folder, "data"), "--bind", `127.0.0.1:${port}`];
    server = spawn(evenly, said, { env: environment });
    server.log = "";
    server.stderr.on("data", (text) => (server.log += text));
    setUp = await new Promise((done, fail) => {
      let text = "";
      server.stdout.on("data", (more) => {
        text += more;
        const link = text.match(/http:\S+set-up\?link=\S+/);
        if (link) done(link[0]);
      });
      server.on("exit", (code) => fail(new Error(`evenly serve ended with ${code}: ${text}${server.log}`)));
    });
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    server?.removeAllListeners("exit");
    if (server && server.exitCode === null) {
      const ended = new Promise((done) => server.on("exit", done));
      server.kill("SIGTERM");
      assert.equal(await ended, 0, `a graceful end: ${server.log}`);
    }
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function fresh(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("response", (response) => assert.ok(response.status() < 500, `${response.url()}: ${response.status()}`));
    return { context, page };
  }

  async function signIn(page, email = "ada@anytown.example") {
    await page.goto(`${address}/sign-in`);
    await page.getByLabel("Email address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  test("set up, bring data in, see, discuss, decide, sign out: all without JavaScript", async () => {
    const { context, page } = await fresh({ javaScriptEnabled: false });
    await page.goto(setUp);
    await page.getByLabel("Your name").fill("Ada Obi");
    await page.getByLabel("Your email address").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("The same password again").fill(password);
    await page.getByRole("button", { name: "Make the first account" }).click();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ada Obi");
    await page.getByRole("link", { name: "Enter an email address" }).click();
    await page.getByLabel("Your email address").fill("ada@anytown.example");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("The same password again").fill(password);
    await page.getByRole("button", { name: "Make the first account" }).click();
    await page.getByRole("link", { name: "Bring data in" }).click();

    await page.getByLabel("What is it called?").fill("Outpatient appointments");
    await page.getByLabel("What are its columns?").selectOption("sus-outpatient");
    await page.getByLabel("File", { exact: true }).setInputFiles(join(folder, "demo/extracts/outpatients.parquet"));
    await page.getByRole("button", { name: "Count and analyse" }).click();
    await page.getByText("The file was received").waitFor();
    for (let tries = 0; !(await page.getByRole("link", { name: "What came of it" }).count()); tries += 1) {
      assert.ok(tries < 300, await page.locator("main").innerText());
      await new Promise((done) => setTimeout(done, 300));
      await page.reload();
    }
    await page.getByRole("link", { name: "See what needs attention" }).click();

    const hidden = page.locator(".finding--masked").first();
    assert.match(await hidden.innerText(), /Hidden by the average/);
    await hidden.getByRole("link").click();
    await page.getByLabel("Your comment").fill("Two buses, and the clinic begins at eight.");
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.getByText("Your comment is on record.").waitFor();
    await page.getByText("Put a decision on record").first().click();
    await page.getByLabel("We looked and will not act").check();
    await page.getByLabel("Because").fill("The clinic moves in May.");
    await page.getByRole("button", { name: "Put decision on record" }).click();
    await page.getByText("The decision is on record.").waitFor();
    assert.match(await page.locator("main").innerText(), /We looked and will not act, because\s+The clinic moves in May\./);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await page.goto(`${address}/findings`);
    assert.match(page.url(), /sign-in\?next=%2Ffindings/);
    await context.close();
  });

  test("a file that would swell beyond measure comes to nothing, and says why", async () => {
    const header = "Appointment_Date,Attendance_Status,Ethnic_Category,Sex,Age_at_CDS_Activity_Date,Der_Postcode_LSOA_2011_Code";
    const bomb = join(folder, "bomb.csv.gz");
    execFileSync("sh", ["-c", `(echo ${header}; yes 2024-04-01,5,A,1,30,E01000002 | head -n 40000000) | gzip -1 > ${bomb}`]);
    const { context, page } = await fresh();
    await signIn(page);
    await page.goto(`${address}/data/import`);
    await page.getByLabel("What is it called?").fill("Too much of it");
    await page.getByLabel("What are its columns?").selectOption("sus-outpatient");
    await page.getByLabel("File", { exact: true }).setInputFiles(bomb);
    await page.getByRole("button", { name: "Count and analyse" }).click();
    for (let tries = 0; !(await page.getByText("Came to nothing").count()); tries += 1) {
      assert.ok(tries < 300, await page.locator("main").innerText());
      await new Promise((done) => setTimeout(done, 300));
      await page.reload();
    }
    assert.match(await page.locator("main").innerText(), /expand to more than/);
    await context.close();
  });

  test("by keyboard alone: sign in, to the first finding, a comment", async () => {
    const { context, page } = await fresh();
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
    const press = async (until) => {
      for (let tries = 0; tries < 120; tries += 1) {
        await page.keyboard.press("Tab");
        if (until(await focused())) return;
      }
      assert.fail("the keyboard did not reach it");
    };
    await page.goto(`${address}/sign-in`);
    await press((own) => own === "Skip to main content");
    await page.keyboard.press("Enter");
    await press((own) => own === "email");
    await page.keyboard.type("ada@anytown.example");
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "What needs attention" }).waitFor();
    await press((own) => own.startsWith("See the evidence"));
    await page.keyboard.press("Enter");
    await page.getByLabel("Your comment").waitFor();
    await press((own) => own === "comment");
    await page.keyboard.type("Said by keyboard.");
    await press((own) => own === "Add comment");
    await page.keyboard.press("Enter");
    await page.getByText("Said by keyboard.").waitFor();
    await context.close();
  });

  test("two clicks from the sign-in page to the inequality that the average hides", async () => {
    const { context, page } = await fresh();
    await signIn(page);
    await page.locator(".finding--masked a").first().click();
    assert.match(await page.locator("h1").innerText(), /Hidden by the average/);
    assert.ok(await page.getByRole("table").first().isVisible());
    await context.close();
  });

  test("the trust's identity provider signs in whoever has an account here, and nobody else", async () => {
    const { context, page } = await fresh();
    await signIn(page);
    await page.goto(`${address}/people/add`);
    await page.getByLabel("Name", { exact: true }).fill("Ben Cole");
    await page.getByLabel("Email address").fill("ben@anytown.example");
    await page.getByRole("button", { name: "Add person" }).click();
    assert.match(await page.locator(".secret").innerText(), /welcome\?link=/);
    await context.close();

    const elsewhere = async (name) => {
      const own = await fresh({ javaScriptEnabled: false });
      await own.page.goto(`${address}/sign-in?next=/findings`);
      await own.page.getByRole("link", { name: "Sign in with the trust’s account" }).click();
      await own.page.locator("input[name=login]").fill(name);
      await own.page.locator("input[name=password]").fill("any");
      await own.page.locator("button[type=submit]").click();
      if (own.page.url().startsWith(provider.issuer)) await own.page.locator("button[type=submit]").click();
      return own;
    };
    const ben = await elsewhere("ben");
    assert.equal(ben.page.url(), `${address}/findings`);
    assert.match(await ben.page.locator(".masthead").innerText(), /Ben Cole/);
    await ben.context.close();
    for (const name of ["stranger", "unverified"]) {
      const other = await elsewhere(name);
      assert.match(await other.page.locator("main").innerText(), /there is no account here/, name);
      await other.context.close();
    }
    // What comes back without having been sent from this browser is refused.
    const forged = await fresh();
    await forged.page.goto(`${address}/sign-in/elsewhere/return?code=made-up&state=made-up`);
    assert.match(await forged.page.locator("main").innerText(), /did not work/);
    await forged.context.close();
  });

  /** Every page that somebody with all roles can reach, and those before signing in. */
  async function addresses(page) {
    await signIn(page);
    await page.goto(`${address}/data`);
    const href = async (start) => page.locator(`main a[href^="${start}"]`).first().getAttribute("href");
    const [release, run] = [await href("/data/releases/"), await href("/data/runs/")];
    await page.goto(`${address}/findings`);
    const finding = await href("/findings/");
    await page.goto(`${address}/people`);
    const person = await page.locator('main tbody a[href^="/people/"]').first().getAttribute("href");
    return {
      home: "/",
      indicators: "/indicators",
      indicator: "/indicators/did-not-attend",
      by: "/indicators/did-not-attend?by=deprivation",
      group: "/indicators/did-not-attend?by=deprivation&group=1",
      findings: "/findings",
      finding,
      data: "/data",
      import: "/data/import",
      release,
      run,
      people: "/people",
      person,
      add: "/people/add",
      account: "/account",
      password: "/account/password",
      audit: "/audit?verify=yes",
      accessibility: "/accessibility",
      nowhere: "/nowhere",
    };
  }

  for (const width of [1280, 320]) {
    test(`every page at ${width} px: axe finds nothing, nothing is wider than the screen, one h1`, async () => {
      const { context, page } = await fresh({ viewport: { width, height: 900 } });
      const pages = await addresses(page);
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${address}${path}`);
        if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
        await openAllDetails(page);
        assert.equal(await page.locator("h1").count(), 1, name);
        await assertFits(page, name);
        await assertAccessible(page, name);
      }
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(`${address}/sign-in`);
      if (shots) await page.screenshot({ path: join(shots, `sign-in-${width}.png`), fullPage: true });
      await assertFits(page, "sign-in");
      await assertAccessible(page, "sign-in");
      await context.close();
    });
  }

  test("nothing is asked of any other host, and no script is there to run", async () => {
    const { context, page } = await fresh();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    for (const path of Object.values(await addresses(page))) await page.goto(`${address}${path}`);
    assert.deepEqual(asked.filter((url) => !url.startsWith(address)), []);
    assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
    assert.equal(await page.locator("script").count(), 0);
    await context.close();
  });

  test("a board pack: the first page and a finding print", async () => {
    const { context, page } = await fresh();
    await signIn(page);
    await page.locator(".finding a").first().click();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".sections").isVisible(), false);
    assert.equal(await page.getByRole("button", { name: "Add comment" }).isVisible(), false);
    if (shots) await page.pdf({ path: join(shots, "finding.pdf"), format: "A4", timeout: 120_000 });
    await context.close();
  });

  test("the log holds routes and no values", () => {
    assert.match(server.log, /"route":"\/findings\/\{finding\}"/);
    for (const value of ["ada@", "Obi", password, "Two buses", "link="]) assert.ok(!server.log.includes(value), value);
  });
});
