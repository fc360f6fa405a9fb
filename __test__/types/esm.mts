import ccap, { type Captcha, type Options, type Result } from 'ccap-rs';
import { type Equal, expect } from './equal.cjs';

const captcha = ccap({ width: 128, format: 'webp' });
expect<Equal<typeof captcha, ccap.Captcha>>();
expect<Equal<Captcha, ccap.Captcha>>();
expect<Equal<Options, ccap.Options>>();
expect<Equal<Result, ccap.Result>>();

const [text, image] = await captcha.getAsync();
expect<Equal<typeof text, string>>();
expect<Equal<typeof image, Buffer>>();

const result: ccap.Result = new ccap().get();
const buffer: Buffer = ccap.render(result[0]);
const { hits }: ccap.Stats = ccap.stats();
const { cacheSize }: ccap.Bounds = ccap.configure({ cacheSize: 20 });

class Own extends ccap {}
const own: ccap.Captcha = new Own({ length: 4 });

// @ts-expect-error What is exported is the function itself.
ccap.default();
// @ts-expect-error Read-only.
captcha.length = 4;
// @ts-expect-error jpg is spelt jpeg.
ccap({ format: 'tiff' });

/** The labels of a tuple are what a function's arguments are called that come from it. */
function show(...[text, image]: ccap.Result): string {
  return `${text}: ${image.length} bytes`;
}

export { buffer, cacheSize, hits, own, show };
