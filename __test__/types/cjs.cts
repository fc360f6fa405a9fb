import ccap = require('ccap-rs');
import equal = require('./equal.cjs');

type Equal<A, B> = equal.Equal<A, B>;
const { expect } = equal;

// Every argument form.
const captcha = ccap();
expect<Equal<typeof captcha, ccap.Captcha>>();
const forms: ccap.Captcha[] = [
  ccap(128),
  ccap(128, 30),
  ccap(128, 30, 20),
  ccap('128', '30', '20'),
  ccap(null, null, null),
  ccap(undefined, 30),
  ccap(null),
  ccap(undefined),
  ccap({}),
  ccap({ width: 128, height: '30', offset: null }),
  ccap({ quality: 80, fontsize: '57', length: 4, charset: 'ABC', format: 'png' }),
  ccap({ generate: () => 'AB' }),
  ccap({ level: 'hard', color: '#000', background: 'random' }),
  ccap({ kind: 'math', operators: '+×', min: 2, max: '9', terms: 3 }),
  ccap({ kind: null, operators: null, min: null, max: null, terms: null }),
  ccap({ generate: null, charset: null, format: null, level: null, color: null, background: null }),
  new ccap(),
  new ccap(null),
  new ccap({ width: 128 }),
  new ccap(128, 30, 20),
];

// @ts-expect-error Width is no boolean.
ccap(true);
// @ts-expect-error Width is no bigint.
ccap(128n);
// @ts-expect-error There are three positions.
ccap(128, 30, 20, 50);
// @ts-expect-error Options and positions do not mix.
ccap({ width: 128 }, 30);
// @ts-expect-error Unknown options are mistyped ones.
ccap({ widht: 128 });
// @ts-expect-error Width is no array.
ccap({ width: [128] });
// @ts-expect-error A charset is a string.
ccap({ charset: ['A', 'B'] });
// @ts-expect-error generate returns a text.
ccap({ generate: () => 5 });
// @ts-expect-error generate returns a text, not a promise of one.
ccap({ generate: async () => 'AB' });
// @ts-expect-error generate is given nothing but this.
ccap({ generate: (text: string) => text });
// @ts-expect-error As with new.
new ccap({ widht: 128 });

// Results.
expect<Equal<ReturnType<typeof captcha.get>, [string, Buffer]>>();
expect<Equal<ReturnType<typeof captcha.getAsync>, Promise<[string, Buffer]>>>();
expect<Equal<ccap.Result, ReturnType<typeof captcha.get>>>();
const [text, image] = captcha.get();
expect<Equal<typeof text, string>>();
expect<Equal<typeof image, Buffer>>();
const result: ccap.Result = captcha.get();
// @ts-expect-error A result has two elements.
result[2];
// @ts-expect-error The text comes first.
const swapped: [Buffer, string] = captcha.get();
// @ts-expect-error The promise must be waited for.
const [later] = captcha.getAsync();
// @ts-expect-error get takes nothing.
captcha.get('AB');

// What new makes is the same.
const made = new ccap({ width: 128 });
expect<Equal<ReturnType<typeof made.get>, ccap.Result>>();
expect<Equal<typeof made.width, number>>();
const asCaptcha: ccap.Captcha = made;

// Options can be read, and nothing but read.
expect<Equal<typeof captcha.width, number>>();
expect<Equal<typeof captcha.height, number>>();
expect<Equal<typeof captcha.offset, number>>();
expect<Equal<typeof captcha.quality, number>>();
expect<Equal<typeof captcha.fontsize, number>>();
expect<Equal<typeof captcha.length, number>>();
expect<Equal<typeof captcha.charset, string>>();
expect<Equal<typeof captcha.format, ccap.Format>>();
expect<Equal<typeof captcha.level, ccap.Level>>();
expect<Equal<typeof captcha.color, string | null>>();
expect<Equal<typeof captcha.background, string | null>>();
expect<Equal<typeof captcha.kind, ccap.Kind>>();
expect<Equal<typeof captcha.operators, string>>();
expect<Equal<typeof captcha.min, number>>();
expect<Equal<typeof captcha.max, number>>();
expect<Equal<typeof captcha.terms, number>>();
expect<Equal<typeof captcha.theme, ccap.Theme>>();
expect<Equal<typeof captcha.frames, number>>();
expect<Equal<typeof captcha.delay, number>>();
expect<Equal<typeof captcha.loop, number>>();
expect<Equal<typeof captcha.generate, ((this: ccap.Captcha) => string) | null>>();
// @ts-expect-error Read-only.
captcha.width = 128;
// @ts-expect-error Read-only.
captcha.format = 'png';
// @ts-expect-error Read-only.
captcha.generate = null;
// @ts-expect-error There is no such option.
captcha.text;

// Formats.
expect<Equal<ccap.Format, 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'svg'>>();
// @ts-expect-error jpg is spelt jpeg.
ccap({ format: 'tiff' });
// @ts-expect-error In lower case.
ccap({ format: 'PNG' });
const someFormat: string = 'png';
// @ts-expect-error Any string is too many.
ccap({ format: someFormat });

// Kinds.
expect<Equal<ccap.Kind, 'text' | 'math'>>();
// @ts-expect-error There is no such kind.
ccap({ kind: 'sum' });
// @ts-expect-error Operators are a string.
ccap({ operators: ['+'] });

// Themes.
expect<Equal<ccap.Theme, 'light' | 'dark'>>();
ccap({ theme: 'dark', background: 'transparent', format: 'png' });
ccap({ format: 'gif', frames: 8, delay: '150', loop: 0 });
// @ts-expect-error There is no such theme.
ccap({ theme: 'auto' });

// Levels.
expect<Equal<ccap.Level, 'easy' | 'normal' | 'hard'>>();
// @ts-expect-error There is no such level.
ccap({ level: 'harder' });
// @ts-expect-error A color is a string.
ccap({ color: 0xffffff });

// generate's this.
ccap({
  generate() {
    expect<Equal<typeof this, ccap.Captcha>>();
    return 'A'.repeat(this.length);
  },
});
ccap({
  generate() {
    // @ts-expect-error There is no such option.
    return this.text;
  },
});

// The process-wide switch.
expect<Equal<ReturnType<typeof captcha.timerIsRunning>, 0 | 1>>();
expect<Equal<ReturnType<typeof captcha.clearTimeout>, true>>();
expect<Equal<ReturnType<typeof captcha.setTimeout>, void>>();

// The function's own functions.
expect<Equal<ReturnType<typeof ccap.render>, Buffer>>();
ccap.render('AB');
ccap.render('AB', { format: 'png', width: 128 });
ccap.render('AB', null);
// @ts-expect-error A text is needed.
ccap.render();
// @ts-expect-error A text is a string.
ccap.render(5);
// @ts-expect-error Options are an object.
ccap.render('AB', 128);

expect<Equal<ReturnType<typeof ccap.speak>, Buffer>>();
ccap.speak('K7');
ccap.speak('K7', null);
ccap.speak('K7', { lang: 'zh', background: false });
// @ts-expect-error
ccap.speak('K7', { lang: 'fr' });
// @ts-expect-error
ccap.speak(7);

expect<Equal<ReturnType<typeof ccap.warm>, Promise<void>>>();
ccap.warm();
ccap.warm(null);
ccap.warm({ format: 'png', width: 128 });
ccap.warm(ccap());
// @ts-expect-error Options are an object.
ccap.warm(128);

const stats = ccap.stats();
expect<Equal<typeof stats, ccap.Stats>>();
expect<
  Equal<
    { [K in keyof ccap.Stats]: ccap.Stats[K] },
    {
      caches: number;
      pictures: number;
      bytes: number;
      hits: number;
      misses: number;
      refills: number;
      evictions: number;
      panics: number;
      running: boolean;
    }
  >
>();

const bounds = ccap.configure({ cacheSize: 20 });
expect<Equal<typeof bounds, ccap.Bounds>>();
expect<
  Equal<
    { [K in keyof ccap.Bounds]: ccap.Bounds[K] },
    { cacheSize: number; maxCaches: number; maxBytes: number; maxIdle: number }
  >
>();
ccap.configure({});
ccap.configure({ cacheSize: 20, maxCaches: 64, maxBytes: 0, maxIdle: 1 });
// @ts-expect-error Bounds are an object.
ccap.configure();
// @ts-expect-error There is no such bound.
ccap.configure({ cachesize: 20 });
// @ts-expect-error A bound is a number.
ccap.configure({ cacheSize: [20] });

// Options that a caller keeps.
const options: ccap.Options = { width: 128 };
options.width = '128';
options.format = null;
ccap(options);
ccap(Object.freeze({ width: 128, format: 'png' } as const));

// Subclasses.
class Own extends ccap {
  own(): string {
    return `${this.width} ${this.get()[0]}`;
  }
}
const own = new Own({ width: 128 });
expect<Equal<ReturnType<typeof own.own>, string>>();
expect<Equal<ReturnType<typeof own.get>, ccap.Result>>();
const ownAsCaptcha: ccap.Captcha = own;

if (own instanceof ccap) {
  own.get();
}

export { asCaptcha, forms, later, ownAsCaptcha, swapped };
