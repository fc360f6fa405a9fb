// For Buffer: TypeScript 6 and up look at no types that nobody asks for.
/// <reference types="node" />

/**
 * Makes captchas: a function that works with `new` too, and that classes can extend.
 */
declare const ccap: ccap.Ccap;

declare namespace ccap {
  interface Ccap {
    /**
     * Makes a captcha.
     *
     * An instance is plain data that registers nothing anywhere: make one for the process or one for each request, as you
     * like. All that have equal options share one cache of ready pictures.
     *
     * @param options What the pictures look like. Falsy options mean their defaults, numeric strings count as numbers,
     *   fractions are cut off, unknown keys are ignored; of one that is spelt much like an option a warning is emitted, once.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an option has the wrong type.
     * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
     * @example
     * const [text, image] = ccap({ format: 'png' }).get();
     */
    (options?: Options | null): Captcha;
    /**
     * Makes a captcha of a given size.
     *
     * @param width Width of the picture in px: 32 to 1024, default 256.
     * @param height Height of the picture in px: 16 to 512, default 60.
     * @param offset Pitch of the letters: 1 to 1024, default 40.
     */
    (
      width: number | string | null | undefined,
      height?: number | string | null,
      offset?: number | string | null,
    ): Captcha;
    /** As without `new`. */
    new (options?: Options | null): Captcha;
    /** As without `new`. */
    new (
      width: number | string | null | undefined,
      height?: number | string | null,
      offset?: number | string | null,
    ): Captcha;
    readonly prototype: Captcha;

    /**
     * Draws `text` at once, past every cache.
     *
     * @param text 1 to 16 letters that the fonts can draw, or spaces. The embedded fonts have printable ASCII, `×`, `÷`, `−` and 467 frequent
     *   Chinese characters.
     * @param options As for a captcha; what a random text or calculation is made of does not matter. With `kind: 'math'` signs are
     *   drawn as in calculations.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when `text` is no string or an option has the wrong type.
     * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits, or `text` is empty, too long or
     *   has a letter that no font draws, which the message names.
     */
    render(text: string, options?: Options | null): Buffer;

    /**
     * Says `text` aloud, for people who cannot see the picture: a WAV file, 16-bit mono PCM at 8 kHz, of at most 438 KB. Each letter has
     * a speed, a loudness and a pause of its own.
     *
     * @param text 1 to 16 letters A to Z, capital or small, digits, the signs `+ - − * × / ÷ =`, and spaces, which are silent.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when `text` is no string or an option has the wrong type, `ERR_INVALID_ARG_VALUE` when there
     *   is no such option.
     * @throws {RangeError} `ERR_OUT_OF_RANGE` when `lang` is another, or `text` is empty, too long or has a letter that no recording
     *   says, which the message names.
     * @example
     * const wav = ccap.speak('K7WRX2', { lang: 'zh' });
     */
    speak(text: string, options?: SpeakOptions | null): Buffer;

    /** As {@link speak}, but never on the event loop. What speak throws it rejects with. */
    speakAsync(text: string, options?: SpeakOptions | null): Promise<Buffer>;

    /**
     * Fills the cache of pictures with these options, on other threads: for a service that knows its styles when it starts, so
     * that its first visitors wait for no picture. Where there is no room for another cache, the least recently used goes.
     *
     * @param options As for a captcha. With `generate` there is nothing to fill: such pictures are never cached.
     * @returns A promise that is fulfilled when the cache is full, as far as {@link Bounds.maxBytes} allows. It is rejected with
     *   `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` when an option is wrong.
     * @example
     * await Promise.all([ccap.warm({ format: 'png' }), ccap.warm({ level: 'hard' })]);
     */
    warm(options?: Options | null): Promise<void>;

    /**
     * Loads a font for the whole process, workers included, to be asked for by its name in {@link Options.font}. The same font
     * may be loaded under the same name again and again.
     *
     * @param name 1 to 64 letters `A` to `Z`, `a` to `z`, digits, `-`, `_` and `.`; none that another font has.
     * @param font A TrueType or OpenType font of one face (.ttf, .otf), or a path or file URL to one: at most 32 MiB, and 64 MiB and 64 fonts with
     *   all that are loaded. Of a variable font the default is drawn.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an argument has the wrong type.
     * @throws {RangeError} `ERR_OUT_OF_RANGE` when the name is none or taken, the font is none, or a bound is exceeded.
     * @throws The system's error when the file cannot be read.
     * @example
     * ccap.loadFont('cyrillic', './fonts/PTSans-Bold.ttf');
     * const captcha = ccap({ font: 'cyrillic', charset: 'БГДЖЗИЛПФЦЧШЭЮЯ' });
     */
    loadFont(name: string, font: Uint8Array | string | URL): void;

    /**
     * Takes a loaded font away, with the caches that use it. Captchas that name it are refused from then on.
     *
     * @returns Whether there was one of that name. Embedded fonts stay.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when the name is no string.
     */
    unloadFont(name: string): boolean;

    /** Every font that can be asked for, the embedded ones first. */
    fonts(): Font[];

    /** What the caches hold and have done, for the whole process. */
    stats(): Stats;

    /**
     * Sets the bounds of the caches for the whole process, in one step; what exceeds them goes at once, and what they leave room
     * for is filled. Bounds that are not named stay.
     *
     * @returns The bounds now in force.
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when `bounds` is no object or a bound no number, `ERR_INVALID_ARG_VALUE` when there is
     *   no such bound; then nothing is changed.
     * @throws {RangeError} `ERR_OUT_OF_RANGE` when a bound is outside of its limits; then nothing is changed.
     */
    configure(bounds: Partial<Bounds>): Bounds;
  }

  /** A picture file format. */
  type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'svg';

  /** How hard a picture is to read. */
  type Level = 'easy' | 'normal' | 'hard';

  /** How {@link Ccap.speak} says a text. */
  interface SpeakOptions {
    /** Language of the digits and signs; letters have their English names in both. @default 'en' */
    lang?: 'en' | 'zh';
    /** Whether others murmur behind the letters, backwards. @default true */
    background?: boolean;
  }

  /** A font that pictures can be drawn with. */
  interface Font {
    /** What it is asked for by. */
    name: string;
    /** Bytes of its file; 0 of an embedded one. */
    bytes: number;
    /** Whether it is part of the package. */
    embedded: boolean;
  }

  /** What a picture asks for: to type what it says, or to do a sum. */
  type Kind = 'text' | 'math';

  /** Whether ink is darker than its ground or lighter, where that is left to chance. */
  type Theme = 'light' | 'dark';

  /**
   * What {@link Captcha.get} returns: the text to be typed, and the file that shows it. With `kind: 'math'` the text is the answer.
   *
   * As with Node's own small Buffers, `image.buffer` is shared: other pictures lie beside this one, which begins at `image.byteOffset`.
   */
  type Result = [text: string, image: Buffer];

  interface Options {
    /** Width of the picture in px: 32 to 1024. @default 256 */
    width?: number | string | null;
    /** Height of the picture in px: 16 to 512. @default 60 */
    height?: number | string | null;
    /**
     * Pitch of the letters: 1 to 1024. 40 is the picture's own; other values narrow or widen it in proportion, as far as the
     * text fits.
     * @default 40
     */
    offset?: number | string | null;
    /** JPEG quality: 1 to 100. Other formats ignore it, and share one cache whatever it is. @default 50 */
    quality?: number | string | null;
    /**
     * Size of the letters: 8 to 1024. 57 is the picture's own; other values shrink or grow them in proportion, as far as the
     * text fits.
     * @default 57
     */
    fontsize?: number | string | null;
    /**
     * Makes the text: 1 to 16 letters that the fonts can draw, or spaces, drawn as they are. Called once in each `get()`, with
     * `this` being the captcha; what it throws reaches the caller. Such pictures are never cached.
     * @default a random text of {@link length} letters from {@link charset}
     */
    generate?: ((this: Captcha) => string) | null;
    /** Letters of a random text: 1 to 16. @default 6 */
    length?: number | string | null;
    /**
     * Letters that a random text is made of, each as likely as another: 1 to 1024 that the fonts can draw, other than spaces; one that
     * is repeated counts once. Or the name of a set: `'digits'` (0 to 9), `'letters'` (the capitals of the default), `'alphanumeric'` (the default) or
     * `'hanzi'` (158 frequent Chinese characters). A letter is a grapheme cluster that is one code point when it is composed, of a
     * script that is written from left to right.
     * @default '23CDFHJKLMTVX' (digits and capitals that are told apart; no vowels, so that no text is a word)
     */
    charset?: string | null;
    /** File format: `'jpeg'`, `'png'`, `'webp'`, `'gif'`, `'bmp'` or `'svg'`; `'jpg'` is understood as `'jpeg'`. @default 'jpeg' */
    format?: Format | 'jpg' | null;
    /** How hard the picture is to read, for people and for machines: `'easy'`, `'normal'` or `'hard'`. @default 'normal' */
    level?: Level | null;
    /**
     * Colour of the letters: `'#rgb'`, `'#rrggbb'`, or `'random'` for any that stands out from the background. Set both colours and their
     * contrast must be at least 4.5:1.
     * @default a random deep colour
     */
    color?: string | null;
    /**
     * Colour of the ground: `'#rgb'`, `'#rrggbb'`, `'random'` for any that stands out from the letters, or `'transparent'` for none, in PNG, WebP,
     * GIF and SVG. Set both colours and their contrast must be at least 4.5:1; a transparent ground counts as the page that {@link theme} stands
     * for.
     * @default a random pale colour, or a dark one where the theme is
     */
    background?: string | null;
    /**
     * What a picture asks for: `'text'`, to type what it says, or `'math'`, to do a sum: it says `17 + 5 = ?` and the text is `'22'`. No
     * step of a calculation goes below zero or leaves a remainder, and products and quotients come before sums and differences. Of
     * the options of the other kind none has any say. With `generate` it is an error.
     * @default 'text'
     */
    kind?: Kind | null;
    /**
     * What calculations are made of: some of `+`, `-`, `×` and `÷`, also written `−`, `*` and `/`; one that is repeated counts once. Each is as
     * likely as another. With {@link kind} `'math'` alone, as the three that follow.
     * @default '+-'
     */
    operators?: string | null;
    /**
     * Which colours chance takes: `'light'`, dark ink on light ground, or `'dark'`, light ink on dark ground. Where the ground is transparent the
     * contrast is to a page of `#ffffff` or `#222222`.
     * @default 'light'
     */
    theme?: Theme | null;
    /**
     * Frames of a GIF: 1 to 16. With more than one it moves: in each frame a letter or two are missing and the stripes lie a little elsewhere. Other
     * formats ignore it, and the two that follow.
     * @default 1
     */
    frames?: number | string | null;
    /** For how long each frame is shown, in ms: 20 to 5000. A GIF counts in hundredths of a second. @default 200 */
    delay?: number | string | null;
    /** How often all frames are shown: 0 to 100, where 0 is for ever. @default 0 */
    loop?: number | string | null;
    /**
     * The font, or 1 to 8 of them, that letters come from, each from a random one that has it: names of embedded fonts or of {@link Ccap.loadFont | loaded} ones.
     * @default every embedded font
     */
    font?: string | readonly string[] | null;
    /** The least operand of a calculation: 1 to 99, and at most {@link max}. @default 1 */
    min?: number | string | null;
    /** The greatest operand of a calculation: 1 to 99. Results may be greater. @default 20 */
    max?: number | string | null;
    /** Operands of a calculation: 2 to 3. @default 2 */
    terms?: number | string | null;
  }

  interface Captcha extends Readonly<ResolvedOptions> {
    /**
     * A picture that nobody else gets: from the cache, or drawn on the spot when that is empty. While refilling is
     * {@link clearTimeout | stopped} it is a random one of those that are there, once the cache is full; until then it is drawn on
     * the spot, and kept.
     *
     * @throws What `generate` throws, or `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` when its text cannot be drawn.
     */
    get(): Result;
    /** As {@link get}, but never draws on the event loop: without a ready picture it is drawn on another thread. */
    getAsync(): Promise<Result>;
    /** 1 while the caches are refilled (as at first), 0 while they are not. One switch for the whole process. */
    timerIsRunning(): 0 | 1;
    /**
     * Stops refilling for the whole process: the pictures of a full cache are then handed out again and again. A cache that is not
     * full yet keeps what is drawn for its callers until it is.
     */
    clearTimeout(): true;
    /** Starts refilling again, with new pictures. */
    setTimeout(): void;
  }

  /** Every option, as read. */
  interface ResolvedOptions {
    /** Width of the picture in px. */
    width: number;
    /** Height of the picture in px. */
    height: number;
    /** Pitch of the letters; 40 is the picture's own. */
    offset: number;
    /** JPEG quality, 1 to 100. */
    quality: number;
    /** Size of the letters; 57 is the picture's own. */
    fontsize: number;
    /** Letters of a random text. */
    length: number;
    /** Letters that a random text is made of, or the name of a set of them. */
    charset: string;
    /** File format. */
    format: Format;
    /** How hard the picture is to read. */
    level: Level;
    /** Colour of the letters; `null` when it was left to its default. */
    color: string | null;
    /** Colour of the ground; `null` when it was left to its default. */
    background: string | null;
    /** What a picture asks for. */
    kind: Kind;
    /** What calculations are made of. */
    operators: string;
    /** The least operand of a calculation. */
    min: number;
    /** The greatest operand of a calculation. */
    max: number;
    /** Operands of a calculation. */
    terms: number;
    /** Which colours chance takes. */
    theme: Theme;
    /** Frames of a GIF. */
    frames: number;
    /** For how long each frame is shown, in ms. */
    delay: number;
    /** How often all frames are shown; 0 is for ever. */
    loop: number;
    /** The font that letters come from, or some; `null` when that was left to its default. */
    font: string | readonly string[] | null;
    /** Makes the text; `null` when it is random. */
    generate: ((this: Captcha) => string) | null;
  }

  /** The bounds of the caches. */
  interface Bounds {
    /**
     * Pictures that a cache holds: 1 to 1024. It is filled up when three quarters of them are left.
     * @default 20
     */
    cacheSize: number;
    /**
     * Caches, one for each distinct set of options: 1 to 1024. When there are so many, another set gets one as soon as it has been
     * asked for more often of late than the least recently used, which then goes; until then its pictures are drawn on the spot.
     * @default 64
     */
    maxCaches: number;
    /**
     * Bytes of all cached pictures together: 0 to 1073741824. When there is no room for more, they go as the caches do.
     * @default 33554432
     */
    maxBytes: number;
    /** Seconds that a cache may lie unused before it is dropped: 1 to 86400. @default 600 */
    maxIdle: number;
  }

  /** What the process's caches hold now, and what they have done since the addon was loaded. */
  interface Stats {
    /** Caches now. */
    caches: number;
    /** Pictures in them now. */
    pictures: number;
    /** Bytes of those pictures now. */
    bytes: number;
    /** Pictures that came from a cache. */
    hits: number;
    /** Pictures that were drawn while a caller waited, those of a given text among them. */
    misses: number;
    /** Pictures that were drawn ahead, by the refill thread or for {@link Ccap.warm}. */
    refills: number;
    /** Caches dropped, for a bound or for lying unused. */
    evictions: number;
    /** Panics caught in the core. Each is a bug: please report it. */
    panics: number;
    /** Whether caches are refilled. */
    running: boolean;
  }
}

export = ccap;
