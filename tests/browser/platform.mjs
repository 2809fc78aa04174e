// The platform as the browser tests run it: started on a free port, spoken to by its printed address, stopped as a service is.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";

/** Starts `evenly` with these arguments; ready once its output matches every pattern. */
export async function start(program, args, patterns, environment = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let log = "";
  const ended = new Promise((resolve) => child.on("close", (status) => resolve(status)));
  child.stderr.on("data", (bytes) => (log += bytes));
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (bytes) => {
      output += bytes;
      if (patterns.every((own) => own.test(output))) resolve();
    });
    child.on("error", reject);
    ended.then((status) => reject(new Error(`${args.join(" ")} ended with ${status}: ${log}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    assert.equal(await ended, 0, `it did not stop well: ${log}`);
  };
  return { found: patterns.map((own) => output.match(own)[1]), stop, log: () => log };
}

/** Moves on by Tab alone until what has the focus is called so. */
export async function tabTo(page, name) {
  const seen = [];
  for (let step = 0; step < 250; step += 1) {
    await page.keyboard.press("Tab");
    const own = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
      return (label || element).textContent.replace(/\s+/gu, " ").trim();
    });
    if (own.startsWith(name)) return;
    seen.push(own.slice(0, 40));
  }
  assert.fail(`the keyboard does not reach “${name}”; it reaches ${seen.slice(0, 60).join(" | ")}`);
}

/** Fills in a field by the keyboard. */
export async function type(page, name, text) {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

/** Presses what is called so, by the keyboard, and waits for the page that it leads to. */
export async function press(page, name) {
  await tabTo(page, name);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** Looks at a run until it has ended; gives the word of its state. */
export async function untilEnded(page) {
  const state = page.locator("main .nhsuk-tag").first();
  for (let look = 0; look < 600; look += 1) {
    const words = (await state.textContent()).trim();
    if (!["Waiting", "Under way"].includes(words)) return words;
    await page.reload();
  }
  assert.fail("the run did not end");
}

/** Loads a page anew until these words are no more on it. */
export async function untilGone(page, words) {
  for (let look = 0; look < 600; look += 1) {
    if (!(await page.locator("main").textContent()).includes(words)) return;
    await page.reload();
  }
  assert.fail(`“${words}” stays`);
}
