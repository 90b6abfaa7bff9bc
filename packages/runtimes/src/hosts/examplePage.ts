import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { type PageCase, pageCases } from '../examplePage/cases.ts';
import { startExample } from '../examplePage/exampleProcess.ts';
import { createPageDriver } from '../examplePage/pageDriver.ts';
import { takeScreenshots } from '../examplePage/screenshots.ts';
import { AbsentError, type Prepared, type Runtime } from '../runtime.ts';
import type { Outcome } from '../scenario/scenario.ts';
import { versionOf } from './command.ts';

const commands = ['chromium', 'chromium-browser', 'google-chrome'];
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];
/** Milliseconds for what the page has to show. */
const patience = 20_000;
const desktop = { width: 1280, height: 900 };
/** As narrow as phones are. */
const phone = { width: 360, height: 740 };

/**
 * The page of `pnpm example`, driven as people drive it, on a wide screen and on a narrow one. Where `HALFCLOSE_SCREENSHOTS`
 * names a folder, pictures of it are put there.
 */
export const examplePage: Runtime = {
  name: 'example',
  carrier: 'the page of `pnpm example` in Chromium',
  async prepare(): Promise<Prepared> {
    const executablePath = commands.map(pathOf).find((path) => path !== undefined);
    if (executablePath === undefined) throw new AbsentError(`none of ${commands.join(', ')} is installed`);
    return {
      version: (await versionOf(executablePath)).replace(/ built on.*/, ''),
      async run() {
        const example = await startExample();
        try {
          const browser = await chromium.launch({ executablePath, args });
          try {
            const outcomes = await runCases(browser, example.url);
            const { HALFCLOSE_SCREENSHOTS: folder } = process.env;
            if (folder !== undefined) await takeScreenshots(browser, example.url, folder);
            return outcomes;
          } finally {
            await browser.close();
          }
        } finally {
          await example.close();
        }
      },
    };
  },
};

function pathOf(command: string): string | undefined {
  const { stdout, status } = spawnSync('which', [command], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

async function runCases(browser: Browser, url: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const viewport of [desktop, phone]) {
    for (const pageCase of pageCases) {
      const name = `${viewport.width} px: ${pageCase.name}`;
      outcomes.push(await runCase(browser, url, viewport, { ...pageCase, name }));
    }
  }
  return outcomes;
}

/** A case holds if the page shows what it has to, says nothing on the console, and is no wider than the screen. */
async function runCase(
  browser: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number },
  { name, run }: PageCase,
): Promise<Outcome> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  try {
    await page.goto(url);
    await run(createPageDriver(page));
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (width > viewport.width) complaints.push(`the page is ${width} px wide`);
  } catch (error) {
    complaints.push(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
  }
  return complaints.length === 0 ? { name } : { name, trouble: complaints.join('\n') };
}
