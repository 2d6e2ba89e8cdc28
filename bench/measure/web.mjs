// How many bytes the list of teachers takes and how soon it is usable: in the SPA, and in the baseline of React and Ant
// Design. node web.mjs SPA BASELINE RUNS

import os from "node:os";

import { PredefinedNetworkConditions } from "puppeteer-core";

import { close, freshPage, get, launch, signIn } from "./browser.mjs";

const PATH = "/teachers?limit=20";
const LIST = "/teachers?sort=teacher_no&limit=20&with_total=true";
const CPU_SLOWDOWN = 4;
/** How long nothing may come before all is taken to be there: the SPA fetches its other pages after a pause. */
const QUIET = 3_000;
const PATIENCE = 120_000;

const NETWORKS = [
  ["unthrottled", null],
  ["fast 4G", PredefinedNetworkConditions["Fast 4G"]],
];

/**
 * Runs in the page before any of its scripts, and tells when its table is usable: the first row and the last are in
 * the document and have been painted, and the main thread has come to rest.
 */
function watch(first, last) {
  const shown = () =>
    [...document.querySelectorAll("tbody")].some(
      ({ textContent }) => textContent.includes(first) && textContent.includes(last),
    );
  new MutationObserver((_, observer) => {
    if (shown()) {
      observer.disconnect();
      // A task after the frame begins when the frame has been drawn.
      requestAnimationFrame(() =>
        setTimeout(() => requestIdleCallback(() => songjiaoUsable(performance.timeOrigin, performance.now()))),
      );
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

/** Counts the bytes that come over the wire, headers included, and when. */
function listen(client) {
  const requests = new Map();
  let clock;
  client.on("Network.requestWillBeSent", ({ requestId, request, type, timestamp, wallTime }) => {
    requests.set(requestId, { url: request.url, parts: [] });
    // The wire's clock and the page's tell another time.
    clock ??= type === "Document" ? wallTime - timestamp : undefined;
  });
  const note = (requestId, at, bytes) => requests.get(requestId)?.parts.push({ at, bytes });
  client.on("Network.responseReceived", ({ requestId, timestamp, response }) => {
    note(requestId, timestamp, response.encodedDataLength);
    Object.assign(requests.get(requestId) ?? {}, { encoding: response.headers["content-encoding"] ?? "" });
  });
  client.on("Network.dataReceived", ({ requestId, timestamp, encodedDataLength }) =>
    note(requestId, timestamp, encodedDataLength),
  );
  client.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) =>
    Object.assign(requests.get(requestId) ?? {}, { whole: { at: timestamp, bytes: encodedDataLength } }),
  );
  /** Each request's bytes until then, in milliseconds of the wall clock. */
  return (until) => {
    const end = until / 1000 - clock;
    return [...requests.values()].map(({ url, encoding, whole, parts }) => {
      const partial = parts.filter(({ at }) => at <= end).reduce((sum, { bytes }) => sum + bytes, 0);
      return { url, encoding, bytes: whole?.at <= end ? whole.bytes : partial };
    });
  };
}

const sum = (requests) => requests.reduce((total, { bytes }) => total + bytes, 0);

/** One load of the page. With `whole` it waits for all that comes after, too. */
async function load(browser, url, network, whole) {
  const tokens = await signIn(url);
  const { items } = await get(url, LIST, tokens);
  const page = await freshPage(browser, url, tokens);
  await page.setViewport({ width: 1440, height: 900 });
  // Ant Design writes its styles as it draws, which the policy of the SPA, that needs none of it, forbids.
  await page.setBypassCSP(true);
  const usable = new Promise((resolve, reject) => {
    page.exposeFunction("songjiaoUsable", (origin, after) => resolve({ origin, after }));
    setTimeout(reject, PATIENCE, new Error(`${url}${PATH} shows no table`)).unref();
  });
  await page.evaluateOnNewDocument(watch, items.at(0).teacher_no, items.at(-1).teacher_no);
  const client = await page.createCDPSession();
  await client.send("Network.enable");
  await client.send("Network.setExtraHTTPHeaders", { headers: { "Accept-Encoding": "gzip" } });
  await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  if (network) {
    const { download, upload, latency } = network;
    const conditions = { offline: false, latency, downloadThroughput: download, uploadThroughput: upload };
    await client.send("Network.emulateNetworkConditions", conditions);
  }
  const until = listen(client);
  await page.goto(`${url}${PATH}`, { waitUntil: "domcontentloaded", timeout: PATIENCE });
  const { origin, after } = await usable;
  // What was on its way is reported a little later.
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (whole) {
    await page.waitForNetworkIdle({ idleTime: QUIET, timeout: PATIENCE });
  }
  const requests = until(origin + after);
  const result = { time: after, bytes: sum(requests), requests, all: sum(until(Infinity)) };
  await close(page);
  return result;
}

function spread(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

function describe(name, { requests }) {
  console.log(`\n${name}: what had come when the table was usable, bytes`);
  for (const { url, encoding, bytes } of requests.filter(({ bytes }) => bytes > 0)) {
    console.log(`  ${String(bytes).padStart(8)}  ${encoding.padEnd(5)} ${decodeURI(new URL(url).pathname)}`);
  }
}

const [spa, baseline, runs] = process.argv.slice(2);
const pages = [
  ["Songjiao", spa],
  ["React + Ant Design", baseline],
];
const browser = await launch();
try {
  // Not counted: the first of all loads starts processes and reads fonts.
  const firsts = [];
  for (const [name, url] of pages) {
    firsts.push(await load(browser, url, null, true));
    describe(name, firsts.at(-1));
  }
  const { length: cores, 0: core } = os.cpus();
  const busy = os.loadavg()[0].toFixed(1);
  console.log(`\n${cores} × ${core.model.trim()}, ${await browser.version()}; load before: ${busy}`);
  console.log(`${PATH}, signed in, nothing cached, CPU ${CPU_SLOWDOWN} × slower, gzip, ${runs} runs\n`);
  console.log("| network | page | bytes until usable | bytes in the end | usable after, ms: median | min | max |");
  console.log("|---|---|---:|---:|---:|---:|---:|");
  for (const [network, conditions] of NETWORKS) {
    const results = pages.map(() => []);
    for (let run = 0; run < Number(runs); run += 1) {
      for (const [index, [, url]] of pages.entries()) {
        results[index].push(await load(browser, url, conditions, false));
      }
    }
    const figures = results.map((loads) => ({
      bytes: spread(loads.map(({ bytes }) => bytes)).median,
      time: spread(loads.map(({ time }) => time)),
    }));
    for (const [index, [name]] of pages.entries()) {
      const { bytes, time } = figures[index];
      const times = [time.median, time.min, time.max].map((it) => it.toFixed(0)).join(" | ");
      console.log(`| ${network} | ${name} | ${bytes} | ${firsts[index].all} | ${times} |`);
    }
    const ratio = (of) => (of(0) / of(1)).toFixed(2);
    const [bytes, all] = [ratio((it) => figures[it].bytes), ratio((it) => firsts[it].all)];
    const times = ["median", "min", "max"].map((which) => ratio((it) => figures[it].time[which])).join(" | ");
    console.log(`| ${network} | ratio | ${bytes} | ${all} | ${times} |`);
  }
} finally {
  await browser.close();
}
