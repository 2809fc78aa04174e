// What every browser test needs: a browser, axe, a check that nothing is wider than the screen.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const noBrowser = existsSync(executablePath) ? undefined : `no browser at ${executablePath}: install chromium or set CHROMIUM`;
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** Opens every fold of a page. */
export async function openAllDetails(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((own) => (own.open = true)));
}

/** No violation of WCAG 2.2 AA that axe can find. */
export async function assertAccessible(page, where) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    rules,
  );
  const told = violations.map((own) => `${own.id}: ${own.help} (${own.nodes.length}) ${own.nodes[0].html.slice(0, 160)}`);
  assert.deepEqual(told, [], where);
}

/** The page does not scroll sideways. */
export async function assertFits(page, where) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= screen, `${where}: ${wide} px wide in ${screen} px`);
}
