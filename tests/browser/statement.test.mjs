// Reads a statement pack as its readers do: the page's headings and contents, and the PDF through poppler.
//
//   EVENLY_STATEMENT=folder node --test tests/browser/statement.test.mjs
//
// The page's accessibility, width and keyboard are tried with the reports' (report.test.mjs). Without the folder or without
// poppler the tests are skipped, but where CI=true that is a failure.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const folder = process.env.EVENLY_STATEMENT && resolve(process.env.EVENLY_STATEMENT);
const missing = !folder
  ? "EVENLY_STATEMENT is not set: give the folder of a statement"
  : !existsSync(join(folder, "statement.pdf"))
    ? `no statement.pdf in ${folder}`
    : !["/usr/bin/pdftotext", "/usr/local/bin/pdftotext"].some(existsSync)
      ? "no pdftotext: install poppler-utils"
      : undefined;
const options = { skip: process.env.CI === "true" ? false : missing };

const read = (name) => readFileSync(join(folder, name), "utf8");
const poppler = (program, ...rest) =>
  execFileSync(program, [...rest, join(folder, "statement.pdf"), ...(program === "pdftotext" ? ["-"] : [])], { encoding: "utf8", maxBuffer: 1 << 28 });
const words = (text) => text.replace(/\s+/gu, " ");
// A line may end after a hyphen.
const letters = (text) => text.replace(/\s+/gu, "");
const shown = (json) =>
  [...json.domains.flatMap((own) => own.indicators), ...json.other_indicators].filter((own) => own.available);

test("the headings of the page go down a level at a time, and the contents lead to every part", options, () => {
  const page = read("statement.html");
  const levels = [...page.matchAll(/<h([1-6])/g)].map((own) => Number(own[1]));
  assert.equal(levels.filter((own) => own === 1).length, 1);
  levels.reduce((before, own) => {
    assert.ok(own <= before + 1, `h${own} under h${before}`);
    return own;
  });
  const contents = page.match(/<nav class="contents"[\s\S]*?<\/nav>/)[0];
  const targets = [...contents.matchAll(/href="#([^"]+)"/g)].map((own) => own[1]);
  const parts = [...page.matchAll(/<section[^>]*\bid="([^"]+)"/g)].map((own) => own[1]);
  assert.deepEqual(targets, parts.slice(1));
});

test("the PDF is tagged, titled, in English, A4, for everybody (PDF/UA-1), with its fonts in it", options, () => {
  const info = poppler("pdfinfo");
  const json = JSON.parse(read("statement.json"));
  const field = (name) => info.match(new RegExp(`^${name}:\\s*(.*)$`, "m"))?.[1];
  assert.match(field("Title"), new RegExp(json.period.id));
  assert.equal(field("Tagged"), "yes");
  assert.equal(field("Author"), json.organisation);
  assert.match(field("Page size"), /A4/);
  assert.match(poppler("pdfinfo", "-meta"), /<pdfuaid:part>1<\/pdfuaid:part>/);
  assert.match(readFileSync(join(folder, "statement.pdf"), "latin1"), /\/Lang ?\(en-GB\)/);
  const fonts = poppler("pdffonts").trim().split("\n").slice(2);
  assert.ok(fonts.length > 0);
  for (const font of fonts) {
    assert.match(font, /LiberationSans/);
    assert.match(font, /yes yes yes\s+\d+\s+\d+$/, "embedded, a part of the font, with its letters named");
  }
});

test("the tags of the PDF are those of a document: headings, tables with heads, pictures with words", options, () => {
  const tags = poppler("pdfinfo", "-struct");
  for (const tag of ["H1", "H2", "H3", "Table", "TH", "TD", "Caption", "Figure", "L"]) {
    assert.match(tags, new RegExp(`^\\s*${tag}:?( |$)`, "m"), tag);
  }
});

test("the PDF says what the page says: every sentence, every number", options, () => {
  const page = read("statement.html");
  const json = JSON.parse(read("statement.json"));
  // A sentence may go over to the next page, past foot and head.
  const head = `${json.organisation} Information on health inequalities, ${json.period.id}`;
  const text = words(poppler("pdftotext", "-raw"))
    .replace(/ ?Made with Evenly [^ ]+ Counts only: no row about a person is in this file\. Page \d+ of \d+/g, "")
    .replaceAll(` ${head}`, "");
  const pressed = letters(text);
  let sentences = 0;
  for (const own of shown(json)) {
    for (const sentence of own.shown.sentences) {
      sentences += 1;
      assert.ok(pressed.includes(letters(sentence)), sentence);
    }
  }
  assert.ok(sentences > 10);
  for (const own of json.domains.flatMap((domain) => domain.indicators)) {
    assert.ok(pressed.includes(letters(own.title)), own.title);
    if (!own.available) assert.ok(page.includes(own.title));
  }
  const counts = (of) => [...of.matchAll(/\d{1,3}(?:,\d{3})+/g)].map((own) => own[0]);
  const bare = page.replace(/<svg[\s\S]*?<\/svg>|<style[\s\S]*?<\/style>/g, " ").replace(/<[^>]*>/g, " ");
  assert.deepEqual(new Set(counts(text)), new Set(counts(bare)));
});
