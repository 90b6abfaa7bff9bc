import type { Locator, Page } from 'playwright-core';

export type Version = 'TLSv1.3' | 'TLSv1.2';

/** The example page, by what people see and press. */
export interface PageDriver {
  readonly page: Page;
  /** Chooses a server by its title and connects. */
  connect(server: string, version?: Version): Promise<void>;
  /** Waits until that is pressable, and presses it. */
  press(button: string): Promise<void>;
  /** `> ClientHello` and `< ServerHello` in their order; CCS, data and what is no message left out. */
  handshake(): Promise<string[]>;
  /** Messages by the name that the page gives them. */
  messages(name: string): Locator;
  /** Waits until a line of the conversation has that text. */
  hears(text: string): Promise<void>;
  number(id: string): Promise<number>;
}

export function createPageDriver(page: Page): PageDriver {
  return {
    page,
    async connect(server, version = 'TLSv1.3') {
      await page.getByRole('radio', { name: server }).check();
      await page.getByRole('radio', { name: version.replace('TLSv', 'TLS ') }).check();
      await page.getByRole('button', { name: 'Connect' }).click();
    },
    async press(button) {
      await page.getByRole('button', { name: button, exact: true }).click();
    },
    async handshake() {
      await page.locator('[data-keys=application]').first().waitFor();
      const shown = page.locator('.message[data-type=handshake]');
      const names = await shown.locator('.message-name').allTextContents();
      const classes = await Promise.all((await shown.all()).map((each) => each.getAttribute('class')));
      return names.map((name, i) => `${classes[i]?.includes('sent') ? '>' : '<'} ${name}`);
    },
    messages: (name) =>
      page
        .locator('.message')
        .filter({ has: page.locator('.message-name', { hasText: new RegExp(`^${name}$`) }) }),
    async hears(text) {
      await page.getByRole('log').getByText(text).first().waitFor();
    },
    async number(id) {
      return Number((await page.locator(`#count-${id}`).textContent())?.replace(/\D/g, ''));
    },
  };
}
