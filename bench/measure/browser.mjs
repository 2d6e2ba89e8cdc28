// A headless Chromium, and a sign-in that its pages find where the SPA keeps its own.

import puppeteer from "puppeteer-core";

export function launch() {
  return puppeteer.launch({
    executablePath: process.env.SONGJIAO_CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--lang=zh-CN",
    ],
  });
}

/** The administrator's tokens. */
export async function signIn(url) {
  return ask(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "admin", password: process.env.SONGJIAO_ADMIN_PASSWORD }),
  });
}

/** The answer of a GET request to the API with these tokens. */
export async function get(url, path, tokens) {
  return ask(`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
}

async function ask(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

/** An empty page of the same site in a profile of its own: nothing is cached, and the sign-in is kept. */
export async function freshPage(browser, url, tokens) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(`${url}/health/ready`);
  if (tokens) {
    await page.evaluate((token) => localStorage.setItem("songjiao.refresh", token), tokens.refresh_token);
  }
  return page;
}

/** Closes the page with its profile. */
export function close(page) {
  return page.browserContext().close();
}
