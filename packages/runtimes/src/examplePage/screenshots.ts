import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createPageDriver, type PageDriver } from './pageDriver.ts';

interface Picture {
  readonly name: string;
  readonly options: BrowserContextOptions;
  arrange(driver: PageDriver): Promise<void>;
}

const desktop = { width: 1280, height: 1120 };

async function talk(driver: PageDriver): Promise<void> {
  await driver.connect('All in order');
  await driver.hears('hello');
  await driver.page.getByLabel('A line to send').fill('good day');
  await driver.page.keyboard.press('Enter');
  await driver.hears('you said');
}

async function unfold(driver: PageDriver, message: string, field: RegExp): Promise<void> {
  await driver.messages(message).first().locator('summary').click();
  await driver.page.getByRole('treeitem', { name: field }).first().focus();
}

const pictures: readonly Picture[] = [
  {
    name: 'page-light',
    options: { viewport: desktop },
    async arrange(driver) {
      await talk(driver);
      await driver.press('Shut down writing');
      await driver.hears('still talking: 4');
      await unfold(driver, 'ServerHello', /^random/);
    },
  },
  {
    name: 'page-dark',
    options: { viewport: desktop, colorScheme: 'dark' },
    async arrange(driver) {
      await talk(driver);
      await driver.press('Shut down reading');
      await driver.page.locator('.message.dropped').first().waitFor();
      await unfold(driver, 'ClientHello', /^cipher_suites/);
    },
  },
  {
    name: 'page-refused',
    options: { viewport: desktop },
    async arrange(driver) {
      await driver.connect('Expired');
      await driver.page.getByText('The certificate was refused').waitFor();
    },
  },
  {
    name: 'page-phone',
    options: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
    async arrange(driver) {
      await talk(driver);
      await driver.messages('ServerHello').scrollIntoViewIfNeeded();
    },
  },
];

/** Pictures of the page for people, as far as they see it without scrolling and as a whole. */
export async function takeScreenshots(browser: Browser, url: string, folder: string): Promise<void> {
  for (const { name, options, arrange } of pictures) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(url);
    await arrange(createPageDriver(page));
    await page.evaluate(
      "scrollTo(0, document.querySelector('#wire-title').getBoundingClientRect().top + scrollY - 24)",
    );
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: join(folder, `${name}-whole.png`), fullPage: true });
    await context.close();
  }
}
