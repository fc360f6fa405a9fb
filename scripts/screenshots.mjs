// `npm run screenshots`: the playground's pictures in the README. Look at them before committing.

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launchChromium } from './chromium.mjs';
import { build, ROOT } from './steps.mjs';

const FOLDER = join(ROOT, 'docs/images');

await build();
const require = createRequire(import.meta.url);
const { createPlayground } = require('../playground/index.js');
const sharp = require('sharp');

const server = createServer(createPlayground()).listen(0, '127.0.0.1');
await once(server, 'listening');
const browser = await launchChromium();
mkdirSync(FOLDER, { recursive: true });
for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.locator('#samples li').nth(11).waitFor();
  // What was drawn while the browser started took longer than it does.
  await page.getByRole('button', { name: 'New picture' }).click();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement.blur());
  const file = join(FOLDER, `playground-${colorScheme}.png`);
  // As many colours as the page has with room to spare, and few enough for an image of this size in a README.
  const { size } = await sharp(await page.screenshot({ fullPage: true }))
    .png({ palette: true, effort: 10, colours: 128 })
    .toFile(file);
  console.log(`${file}: ${size} bytes`);
}
await browser.close();
server.close();
