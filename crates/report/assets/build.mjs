// Compiles report.scss into report.css; with --check, says whether report.css is current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "report.scss");
const target = join(here, "report.css");
const packages = join(here, "..", "..", "..", "node_modules");

const compiled = sass.compile(source, {
  style: "compressed",
  loadPaths: [packages],
  quietDeps: true,
  charset: false,
});
const css = `/* Built from report.scss by "npm run assets"; parts come from nhsuk-frontend (MIT, (c) Crown copyright, NHS Digital). */\n${compiled.css}\n`;

for (const forbidden of ["url(", "@import", "@font-face", "Frutiger", "http:", "https:"]) {
  if (css.includes(forbidden)) {
    console.error(`report.css must not contain ${forbidden}: the report is one file without outside parts`);
    process.exit(1);
  }
}

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== css) {
    console.error("report.css is not current: run npm run assets");
    process.exit(1);
  }
  console.log("report.css is current");
} else {
  writeFileSync(target, css);
  console.log(`report.css written, ${css.length} bytes`);
}
