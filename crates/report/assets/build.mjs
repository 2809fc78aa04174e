// Compiles the style sheets of report and platform; with --check, says whether they are current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const sheets = ["crates/report/assets/report", "crates/web/assets/web"];
const forbidden = ["url(", "@import", "@font-face", "Frutiger", "http:", "https:"];

for (const sheet of sheets) {
  const target = `${sheet}.css`;
  const { css: compiled } = sass.compile(join(root, `${sheet}.scss`), {
    style: "compressed",
    loadPaths: [join(root, "node_modules")],
    quietDeps: true,
    charset: false,
  });
  const css = `/* Built from ${sheet.split("/").at(-1)}.scss by "npm run assets"; parts come from nhsuk-frontend (MIT, (c) Crown copyright, NHS Digital). */\n${compiled}\n`;
  for (const part of forbidden.filter((part) => css.includes(part))) {
    console.error(`${target} must not contain ${part}: nothing is loaded from elsewhere`);
    process.exit(1);
  }
  if (!process.argv.includes("--check")) {
    writeFileSync(join(root, target), css);
    console.log(`${target} written, ${css.length} bytes`);
  } else if (readFileSync(join(root, target), "utf8") !== css) {
    console.error(`${target} is not current: run npm run assets`);
    process.exit(1);
  } else {
    console.log(`${target} is current`);
  }
}
