import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The system's Chromium, null when there is none: tests that need it are skipped and say so. */
export const chromiumPath = candidates.find((path): path is string => path !== undefined && existsSync(path)) ?? null;

export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath === null ? {} : { executablePath: chromiumPath }),
    args: [
      // Root has no user namespace to be sandboxed in.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page opened from the disk, and what it complained of, asked of the network, or popped up meanwhile. */
export async function open(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}

/** Scrolls through the page until every picture has become a live chart. */
export async function makeLive(page: Page): Promise<void> {
  const plots = page.locator('.plot');
  const count = await plots.count();
  for (let index = 0; index < count; index++) {
    await plots.nth(index).scrollIntoViewIfNeeded();
    await page.locator(`.plot.live >> nth=0`).waitFor();
  }
  await page.waitForFunction(
    () => document.querySelectorAll('.plot').length === document.querySelectorAll('.plot.live').length,
  );
}
