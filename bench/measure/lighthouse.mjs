// Lighthouse's scores of pages that stand for the others, and what costs them points.
// node lighthouse.mjs URL FOLDER

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";

import { close, freshPage, get, launch, signIn } from "./browser.mjs";

/** The scores that are aimed at, out of a hundred. */
const BARS = { performance: 90, accessibility: 95, "best-practices": 95 };
/** How many audits are named of a category that loses points. */
const NAMED = 5;

const METRICS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
];

const FORMS = [
  ["desktop", desktop],
  ["mobile", { extends: "lighthouse:default" }],
];

const percent = (score) => Math.round((score ?? 0) * 100);

/** Which elements an audit is about, or which files: the first few. */
function culprits({ details }) {
  const where = ({ node, url, sourceLocation }) => node?.selector ?? url ?? sourceLocation?.url;
  const rows = (details?.items ?? []).map(where).filter(Boolean);
  return rows.length > 0 ? ` [${rows.slice(0, 3).join(", ")}${rows.length > 3 ? ", …" : ""}]` : "";
}

/** The audits that cost a category the most points. */
function costs(category, audits) {
  const weights = category.auditRefs.reduce((sum, { weight }) => sum + weight, 0);
  return category.auditRefs
    .map(({ id, weight }) => ({ weight, audit: audits[id] }))
    .map(({ weight, audit }) => ({ audit, points: (100 * weight * (1 - (audit.score ?? 1))) / weights }))
    .filter(({ points }) => points >= 0.5)
    .sort((one, other) => other.points - one.points)
    .slice(0, NAMED)
    .map(
      ({ audit, points }) =>
        `${audit.id} ${audit.displayValue ?? "fails"} (−${points.toFixed(0)})${culprits(audit)}`,
    );
}

/** What Lighthouse would have changed to be faster, with what it would save of which metric. */
function savings(audits) {
  const worth = ({ metricSavings }) => Math.max(0, ...Object.values(metricSavings ?? {}));
  return Object.values(audits)
    .filter((audit) => audit.score !== null && audit.score < 1 && worth(audit) > 0)
    .sort((one, other) => worth(other) - worth(one))
    .slice(0, NAMED)
    .map((audit) => {
      const saved = Object.entries(audit.metricSavings).filter(([, by]) => by > 0);
      const by = saved.map(([metric, by]) => `${metric} ${metric === "CLS" ? by.toFixed(2) : `${by} ms`}`).join(", ");
      return `to mend: ${audit.id} ${audit.displayValue ?? ""} (saves ${by})${culprits(audit)}`;
    });
}

const [url, folder] = process.argv.slice(2);
const projects = await get(url, "/projects?limit=1", await signIn(url));
const pages = [
  ["login", "/login", false],
  ["home", "/", true],
  ["teachers", "/teachers", true],
  ["project", `/projects/${projects.items[0].id}`, true],
];
mkdirSync(folder, { recursive: true });
const browser = await launch();
const aims = Object.entries(BARS).map((bar) => bar.join(" ≥ "));
console.log(`\nLighthouse, ${await browser.version()}; aims: ${aims.join(", ")}\n`);
console.log("| page | form | performance | accessibility | best practices | FCP | LCP | TBT | CLS |");
console.log("|---|---|---:|---:|---:|---:|---:|---:|---:|");
const notes = [];
try {
  for (const [form, config] of FORMS) {
    for (const [name, path, signedIn] of pages) {
      const page = await freshPage(browser, url, signedIn && (await signIn(url)));
      const flags = {
        output: ["html", "json"],
        logLevel: "error",
        onlyCategories: Object.keys(BARS),
        // The sign-in is kept there; the profile is fresh as it is.
        disableStorageReset: true,
      };
      const { lhr, report } = await lighthouse(`${url}${path}`, flags, config, page);
      await close(page);
      for (const [index, kind] of flags.output.entries()) {
        writeFileSync(join(folder, `${name}-${form}.${kind}`), report[index]);
      }
      if (lhr.runtimeError || new URL(lhr.finalDisplayedUrl).pathname !== path) {
        throw new Error(`${path}: ${lhr.runtimeError?.message ?? `ended at ${lhr.finalDisplayedUrl}`}`);
      }
      const scores = Object.keys(BARS).map((id) => percent(lhr.categories[id].score));
      const values = METRICS.map((id) => lhr.audits[id].displayValue);
      console.log(`| ${name} | ${form} | ${[...scores, ...values].join(" | ")} |`);
      for (const [id, bar] of Object.entries(BARS)) {
        // Seconds are lost on every page; an error of markup is named though the page would pass with it.
        if (percent(lhr.categories[id].score) < (id === "performance" ? bar : 100)) {
          const found = costs(lhr.categories[id], lhr.audits);
          const mend = id === "performance" ? savings(lhr.audits) : [];
          const headline = `${name}, ${form}: ${id} ${percent(lhr.categories[id].score)}, aim ${bar}`;
          notes.push(headline, ...[...found, ...mend].map((it) => `  ${it}`));
        }
      }
    }
  }
} finally {
  await browser.close();
}
console.log(`\n${["What costs points:", ...notes].join("\n")}`);
console.log(`\nThe reports are in ${folder}`);
