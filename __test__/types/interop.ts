// CommonJS that is written with import, as most services in TypeScript are.

import type { Format } from 'ccap-rs';
import ccap from 'ccap-rs';
import { type Equal, expect } from './equal.cjs';

const formats: Format[] = ['jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'];

/** A handler as services have them. */
export function handler(session: { captcha?: string }): { type: string; body: Buffer } {
  const style: ccap.Options = { width: 128, height: 40, format: formats[0] ?? 'jpeg' };
  const [text, body] = ccap(style).get();
  session.captcha = text;
  return { type: `image/${style.format}`, body };
}

expect<Equal<ReturnType<ReturnType<typeof ccap>['get']>, ccap.Result>>();
