/** What the example page has to show, each case on a page of its own. */
import assert from 'node:assert/strict';
import type { PageDriver } from './pageDriver.ts';

export interface PageCase {
  readonly name: string;
  run(driver: PageDriver): Promise<void>;
}

const certificates13 = [
  '< EncryptedExtensions',
  '< Certificate',
  '< CertificateVerify',
  '< Finished',
  '> Finished',
];

const serverFlight12 = ['< ServerHello', '< Certificate', '< ServerKeyExchange', '< ServerHelloDone'];

/** Who is refused, the alert for it, and what the card of its certificate says. */
const refusals = [
  ['Expired', 'certificate_expired', 'not valid today'],
  ['Another name', 'bad_certificate', 'not for localhost'],
  ['Unknown authority', 'unknown_ca', 'not issued by somebody trusted'],
] as const;

const wire: PageCase[] = [
  {
    name: 'the messages of TLS 1.3 in their order',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello, this is TLSv1.3');
      const shown = (await driver.handshake()).filter((message) => message !== '< NewSessionTicket');
      assert.deepEqual(shown, ['> ClientHello', '< ServerHello', ...certificates13]);
    },
  },
  {
    name: 'a HelloRetryRequest',
    async run(driver) {
      await driver.connect('Another group');
      await driver.hears('hello, this is TLSv1.3');
      const shown = (await driver.handshake()).slice(0, 4);
      assert.deepEqual(shown, ['> ClientHello', '< HelloRetryRequest', '> ClientHello', '< ServerHello']);
    },
  },
  {
    name: 'the messages of TLS 1.2 in their order',
    async run(driver) {
      await driver.connect('All in order', 'TLSv1.2');
      await driver.hears('hello, this is TLSv1.2');
      const shown = (await driver.handshake()).filter((message) => message !== '< NewSessionTicket');
      const ours = ['> ClientKeyExchange', '> Finished', '< Finished'];
      assert.deepEqual(shown, ['> ClientHello', ...serverFlight12, ...ours]);
    },
  },
  {
    name: 'a message unfolds: a field lights up its octets, by pointer and by keys',
    async run(driver) {
      const { page } = driver;
      await driver.connect('All in order');
      const hello = driver.messages('ServerHello');
      await hello.locator('summary').click();
      assert.equal(await hello.locator('.octet.lit').count(), 0);
      const suite = hello.getByRole('treeitem', { name: /^cipher_suite TLS_/ });
      await suite.locator('.field').hover();
      assert.equal(await hello.locator('.octet.lit').count(), 2);
      await hello.locator('.octet').nth(10).hover();
      assert.match((await hello.locator('.pointed > .field').textContent()) ?? '', /^random/);
      assert.equal(await hello.locator('.octet.lit').count(), 32);
      await suite.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      assert.match((await page.locator(':focus > .field').textContent()) ?? '', /^extensions/);
      await page.keyboard.press('ArrowLeft');
      assert.equal(await page.locator(':focus').getAttribute('aria-expanded'), 'false');
    },
  },
];

const conversation: PageCase[] = [
  {
    name: 'the chain of the server, with what was checked',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello');
      const cards = driver.page.locator('.card');
      assert.deepEqual(await cards.locator('h3').allTextContents(), [
        'localhost',
        'Demonstration Intermediate',
        'Demonstration Root',
      ]);
      assert.equal(await cards.locator('.checks li').count(), await cards.locator('.checks .good').count());
    },
  },
  {
    name: 'what is sent comes back, and is counted',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello');
      await driver.page.getByLabel('A line to send').fill('good day');
      await driver.page.keyboard.press('Enter');
      await driver.hears('you said: good day');
      assert.equal(await driver.number('sent-data'), 'good day\n'.length);
      const [records, octets] = [await driver.number('sent-records'), await driver.number('sent-octets')];
      assert.ok(records >= 4 && octets > 5 * records, `${records} records of ${octets} octets`);
    },
  },
  {
    name: 'shut down writing: our close_notify goes, and the server talks on until its own',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello');
      await driver.press('Shut down writing');
      await driver.messages('close_notify').first().waitFor();
      await driver.hears('you have finished: 0 lines, 0 octets. I have not');
      assert.equal(await driver.page.getByRole('button', { name: 'Send' }).isDisabled(), true);
      await driver.hears('goodbye');
      await driver.hears('the server has finished');
      const ends = driver.messages('close_notify');
      const classes = await Promise.all((await ends.all()).map((each) => each.getAttribute('class')));
      assert.deepEqual(
        classes.map((each) => each?.includes('sent')),
        [true, false],
      );
    },
  },
  {
    name: 'shut down reading: nothing is sent for it, what comes is dropped, and we talk on',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello');
      await driver.press('Shut down reading');
      await driver.page.getByLabel('A line to send').fill('are you there?');
      await driver.page.keyboard.press('Enter');
      const dropped = driver.page.locator('.message.dropped');
      await dropped.filter({ hasText: 'you said: are you there?' }).waitFor();
      assert.equal(await driver.messages('close_notify').count(), 0);
      assert.ok((await driver.number('dropped')) >= 'you said: are you there?\n'.length);
    },
  },
  {
    name: 'close: close_notify, and the byte stream is let go',
    async run(driver) {
      await driver.connect('All in order');
      await driver.hears('hello');
      await driver.press('Close');
      await driver.messages('close_notify').first().waitFor();
      await driver.page.locator('.carrier.sent', { hasText: 'the WebSocket is closed' }).waitFor();
      assert.equal(await driver.page.locator('.trouble').isVisible(), false);
    },
  },
];

const refused: PageCase[] = [
  ...refusals.map(([server, alert, check]) => ({
    name: `refused: ${server.toLowerCase()}`,
    async run(driver: PageDriver): Promise<void> {
      await driver.connect(server);
      const trouble = driver.page.locator('.trouble');
      await trouble.getByText('The certificate was refused').waitFor();
      assert.match((await trouble.textContent()) ?? '', new RegExp(`alert sent${alert}`));
      await driver.messages(alert).waitFor();
      const bad = await driver.page.locator('.checks .bad').allTextContents();
      assert.equal(bad.length, 1);
      assert.ok(bad[0]?.includes(check), bad[0]);
      assert.equal(await driver.page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    },
  })),
  {
    name: 'a stream that is cut is not taken for a whole one',
    async run(driver) {
      await driver.connect('Cut short');
      await driver.page.getByText('The stream was cut').waitFor();
      await driver.page.locator('.carrier.received', { hasText: 'FIN' }).waitFor();
      await driver.hears('hello, this will be a long st');
      assert.equal(await driver.page.getByRole('button', { name: 'Close' }).isDisabled(), true);
    },
  },
  {
    name: 'a host that the relay does not go to',
    async run(driver) {
      await driver.page.getByRole('radio', { name: 'Another host' }).check();
      await driver.page.getByLabel('Host name and port').fill('example.com');
      await driver.press('Connect');
      await driver.page.getByText('The relay does not go there').waitFor();
      await driver.page.getByText('--allow example.com:443').waitFor();
    },
  },
  {
    name: 'what is no host',
    async run(driver) {
      await driver.page.getByRole('radio', { name: 'Another host' }).check();
      await driver.page.getByLabel('Host name and port').fill('https://example.com/');
      await driver.press('Connect');
      await driver.page.getByText('is not a host name').waitFor();
    },
  },
];

export const pageCases: readonly PageCase[] = [...wire, ...conversation, ...refused];
