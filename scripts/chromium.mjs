// A browser for the tests and the screenshots: the machine's own Chromium, since nothing is downloaded here.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is: what `CHROMIUM` says, or the first on the `PATH`. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const files = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return process.env.CHROMIUM || files.find((file) => existsSync(file));
}

export function launchChromium() {
  return chromium.launch({ executablePath: findChromium() });
}
