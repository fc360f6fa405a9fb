/**
 * Makes an issuer of pictures and a verifier of what visitors typed, in which each picture counts once.
 *
 * Without a `store` nothing is stored of a picture: its id carries its answer, sealed, and kept is one bit for each picture,
 * whether it has been tried (`marks`). With a `store` an id is random, and the store keeps the answer.
 *
 * Both functions can be taken off the object.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an option has the wrong type, `ERR_INVALID_ARG_VALUE` when there is
 *   no such
 *   option. Unlike ccap's own, unknown options are errors: a mistyped `secret` should not go unnoticed. Only an object's own
 *   keys are options.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
 * @example
 * const challenges = createChallenges({ captcha: ccap(style) });
 * const { id, image, type } = await challenges.issue();
 * const isRight = await challenges.verify(id, typed);
 */
export function createChallenges(options: ChallengeOptions): Challenges;

/**
 * Remembers in one process which pictures have been tried: exactly, with no bound that drives anything out. A picture that can
 * still be answered takes a bit when one of the 8,192 around it has been tried, and next to nothing until then.
 *
 * Ids of other processes, even with the same secret, count for nothing here.
 *
 * @throws As {@link createChallenges}.
 */
export function memoryMarks(options?: MemoryMarksOptions): MemoryMarks;

/**
 * Remembers in Redis 6.2 or later, or in Valkey, for all processes of a service, which pictures have been tried: with one key of
 * about a kilobyte for 8,192 pictures, and one command, a script, for each try.
 *
 * A chunk of pictures is opened there before the first of them goes out, bound to the very run of the server, and a try in a chunk
 * that is not there is refused. So a server that was flushed, evicted the key, was started anew (from an old file too) or was
 * replaced by a replica loses pictures, and lets none in twice. A server has to allow `EVAL`, `EVALSHA`, and within them `INFO`.
 *
 * The client is the caller's, as with {@link redisStore}.
 *
 * @param client A client of `redis` (node-redis, version 4 or later) or `ioredis` (5 or later), for one server or a cluster.
 * @throws As {@link createChallenges}.
 */
export function redisMarks(client: RedisScriptClient, options?: RedisStoreOptions): Marks;

/**
 * Keeps the answers of one process in its memory: at most `max` of them, each until it is taken or expires.
 *
 * When it is full the oldest answer goes, so that whoever asks for more than `max` pictures within the lifetime of one
 * drives out other visitors' answers, whose right answers are then wrong: limit how many pictures one client may ask
 * for, and let `max` be several times the pictures asked for in one lifetime. An answer takes about 200 bytes.
 *
 * There is no timer. What has expired is never handed out; its memory is freed by later `set()` calls, a few entries each.
 *
 * @throws As {@link createChallenges}.
 */
export function memoryStore(options?: MemoryStoreOptions): MemoryStore;

/**
 * Keeps the answers in Redis 6.2 or later, or in Valkey, where all processes of a service find them: with `SET … PX` and
 * `GETDEL`, so they expire by the server's clock.
 *
 * The client is the caller's: made, connected and closed there, and listened to for `'error'`. While the server is away
 * both methods reject, after `timeout` at the latest; how soon a client fails and how it reconnects is up to its own
 * options (`disableOfflineQueue` of redis, `enableOfflineQueue` of ioredis). A client holds commands that were given up
 * until it is
 * connected again: with 10,000 of them no more are sent.
 *
 * @param client A client of `redis` (node-redis, version 4 or later) or `ioredis` (5 or later), for one server or a cluster.
 * @throws As {@link createChallenges}.
 */
export function redisStore(client: RedisClient, options?: RedisStoreOptions): Store;

export interface ChallengeOptions {
  /** What draws: a captcha of ccap's, or anything with `getAsync()` or `get()`. */
  captcha: Captcha;
  /**
   * Where it is remembered which pictures have been tried. Not with a `store`.
   * @default memoryMarks()
   */
  marks?: Marks | undefined;
  /** Where the answers are kept, if they are. @default none: ids carry them */
  store?: Store | undefined;
  /**
   * At least 16 bytes, known to every process of the service; or a list of 1 to 8 such, of which the first one is for new pictures
   * and the others for those that are still good, so that it can be changed.
   *
   * Without a `store`, ids are sealed with it. With one, the store gets a keyed hash of each answer (HMAC-SHA-256 over its id and
   * the answer), so that nobody who can read the store learns an answer.
   * @default one of the process's own; with a `store` none: it gets the answers as they are
   */
  secret?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /**
   * For how long an answer is good, in ms: 1 to 86400000 (a day). The same in all processes of a service.
   * @default 120000 (two minutes)
   */
  ttl?: number | string | undefined;
  /**
   * By how much the clocks of two machines may differ, in ms: 0 to 86400000. A picture of another process is good for so much
   * longer, and may come so far from the future. Not with a `store`, whose own clock counts.
   * @default 5000
   */
  skew?: number | string | undefined;
  /**
   * Whether capital and small letters differ. Otherwise both sides are compared without, in every script.
   * @default false
   */
  caseSensitive?: boolean | undefined;
  /**
   * How long the captcha, its sound, the store or the marks may take, in ms: 1 to 600000. After that the call rejects.
   * @default 5000
   */
  timeout?: number | string | undefined;
  /** Pictures that may be under way at once: 1 to 1000000. @default 1000 */
  maxPending?: number | string | undefined;
  /**
   * How often {@link Challenges.audio} says a picture at most: 0 to 10. Whoever has many recordings of one text can tell it from what
   * murmurs behind it. The same in all processes of a service. Not with a `store`.
   * @default 3
   */
  audioPlays?: number | string | undefined;
}

/** What draws pictures. `getAsync` is called where there is one, else `get`. */
export type Captcha =
  | { getAsync(): Picture | PromiseLike<Picture>; readonly format?: unknown }
  | { get(): Picture | PromiseLike<Picture>; readonly format?: unknown };

/**
 * The text to be typed, 1 to 256 UTF-16 code units that are not all white space, and the file that shows it.
 */
export type Picture = readonly [text: string, image: Uint8Array];

export interface Challenges {
  /**
   * Draws a picture, off the event loop with ccap's captchas, and gives it an id.
   *
   * @param about What the picture is for, if not for anything.
   * @throws What the captcha throws. `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` when what it returns is no picture,
   *   or one that
   *   nobody could answer. An `Error` with one of these codes: `ERR_CHALLENGE_BUSY` when `maxPending` are under way, in which case
   *   nothing has been drawn; `ERR_CHALLENGE_TIMEOUT`; `ERR_CHALLENGE_STORE`, whose `cause` is the store's or the marks' error.
   */
  issue(about?: IssueAbout): Promise<Challenge>;

  /**
   * Says a picture aloud that was issued without sound: a WAV file of the text, made off the event loop, for those who cannot
   * see. The picture stays as good as it was. Each call counts as one time, whatever comes of it.
   *
   * @param id Anything, as for {@link verify}.
   * @param about What the picture was issued for, and the language.
   * @returns `null` for ids that are unknown, expired or for something else, for answers of more than 30 bytes, and when it has been said
   *   {@link ChallengeOptions.audioPlays} times, in whichever process.
   * @throws `ERR_OUT_OF_RANGE` when the text has a letter that no recording says. An `Error` with the code `ERR_CHALLENGE_STORE`,
   *   `ERR_CHALLENGE_TIMEOUT` or `ERR_CHALLENGE_BUSY`, as from {@link issue}; `ERR_CHALLENGE_AUDIO` with a `store`, which gives an answer once.
   */
  audio(id: unknown, about?: AudioAbout): Promise<Buffer | null>;

  /**
   * Whether `answer` is the right one, which it is once at most: a picture is marked as tried, or the stored answer deleted, before
   * anything is compared, so
   * a wrong answer uses the picture up as well, and so does one that is no string.
   *
   * Blanks and what has no width are ignored, wherever they are, and so is case, unless `caseSensitive` is set; full-width letters
   * are the plain ones, and composed and decomposed
   * letters the same (NFKC). The comparison takes the same time wherever two answers differ.
   *
   * @param id Anything. What cannot be an id (92 letters of base64url, or 22 with a `store`), or was not sealed here, gives false
   *   without asking anybody.
   * @param answer Anything. What is no string of 1 to 256 UTF-16 code units gives false.
   * @param about The same as the picture was issued with. With another one it is false, and the picture is not used up.
   * @returns False as well for ids that are unknown, expired or used up, and whatever else a store or marks may return.
   * @throws An `Error` with the code `ERR_CHALLENGE_STORE`, whose `cause` is the store's or the marks' error, or with
   *   `ERR_CHALLENGE_TIMEOUT`: then the picture counts as tried.
   */
  verify(id: unknown, answer: unknown, about?: About): Promise<boolean>;
}

/** What a picture is for. */
export interface About {
  /**
   * Whom and what it is for, such as `'login:' + sessionId`: 1 to 1,024 UTF-16 code units. A picture is good for that alone. What is
   * named and missing is an error: it must not make a picture good for everything.
   */
  for?: string;
}

/** What a picture is for, and what to do besides drawing it. */
export interface IssueAbout extends AudioAbout {
  /** Whether to say the text aloud as well. That is none of the {@link ChallengeOptions.audioPlays}. @default false */
  audio?: boolean;
}

/** What a picture is for, and how to say it. */
export interface AudioAbout extends About {
  /** Language of the digits; letters have their English names in both. @default 'en' */
  lang?: 'en' | 'zh';
}

/** What a visitor is shown. Its answer is not in it, or sealed, so all of it may be sent. */
export interface Challenge {
  /** 92 letters, digits, `-` and `_`, whatever the answer; with a `store` 22, which are 128 random bits. */
  readonly id: string;
  readonly image: Buffer;
  /** The MIME type of the image, such as `'image/jpeg'`: from its first bytes, else from the captcha's `format`. */
  readonly type: string;
  /** When the answer expires, in ms since the epoch, as `Date.now()` has them. */
  readonly expiresAt: number;
  /** The image as a `data:` URL for an `<img>`; made when it is read. */
  readonly dataURL: string;
  /** The text said aloud, a WAV file, where `audio` was asked for. */
  readonly audio?: Buffer;
  /** The sound as a `data:` URL for an `<audio>`, if there is one; made when it is read. */
  readonly audioURL?: string;
  /** What `JSON.stringify()` writes: `dataURL` in the place of `image`, and `audioURL` in that of `audio`. */
  toJSON(): { id: string; type: string; expiresAt: number; dataURL: string; audioURL?: string };
}

/**
 * Where it is remembered which pictures have been tried. To use a place of your own, write these two methods.
 */
export interface Marks {
  /**
   * Makes room for the marks of pictures, before the first of them goes out.
   *
   * @param chunk The name of a chunk of pictures: at most 32 letters of base64url, digits and dots.
   * @param size Marks in it: for each picture one for its answer, and one for each time that it may be said aloud.
   * @param lifetimeMs For how long, in ms.
   * @returns `true` when it has been made; `false` when there is one of that name. Nothing else counts as `true`.
   */
  open(chunk: string, size: number, lifetimeMs: number): unknown;
  /**
   * Sets one mark of a picture in one step: of any number of callers at once, in any number of processes, one is the first.
   *
   * @param index 0 to size - 1.
   * @returns `true` for the first, `false` for the others, `undefined` when there is no such chunk: one that has been lost must
   *   never be made again, or pictures would count twice. Nothing else counts as `true`.
   */
  mark(chunk: string, index: number): unknown;
}

export interface MemoryMarks extends Marks {
  open(chunk: string, size: number, lifetimeMs: number): boolean;
  mark(chunk: string, index: number): boolean | undefined;
  /** Chunks that are known. */
  readonly size: number;
  /** Bytes of their bitmaps. */
  readonly bytes: number;
}

export interface MemoryMarksOptions {
  /** The clock, in ms, which must never go back; for tests. @default performance.now */
  now?: (() => number) | undefined;
}

/**
 * Where answers are kept. To use one of your own, write these two methods.
 */
export interface Store {
  /**
   * Keeps `answer` under `id` for `ttlMs` milliseconds.
   *
   * @param id 22 letters of base64url; for a picture that is for something, those of a hash.
   * @param answer The picture's text, or with a `secret` its keyed hash.
   */
  set(id: string, answer: string, ttlMs: number): unknown;
  /**
   * Gets and deletes in one step: of any number of takers at once, in any number of processes, one gets the answer. A
   * `get` and then
   * a `delete` are not that.
   *
   * @returns The answer; `undefined` or `null` when there is none, or it has expired.
   */
  take(id: string): unknown;
}

export interface MemoryStore extends Store {
  set(id: string, answer: string, ttlMs: number): Promise<void>;
  take(id: string): Promise<string | undefined>;
  /** Answers held now, those among them that have expired and were not freed yet. */
  readonly size: number;
}

export interface MemoryStoreOptions {
  /** Answers held at most: 1 to 10000000. @default 10000 */
  max?: number | string | undefined;
  /** The clock, in ms, which must never go back; for tests. @default performance.now */
  now?: (() => number) | undefined;
}

export interface RedisStoreOptions {
  /** What keys start with: at most 256 letters, before the id or the chunk. @default 'captcha:' */
  prefix?: string | undefined;
  /**
   * How long to wait for a reply before rejecting, in ms: 1 to 600000. A take that was given up may still reach the
   * server, and then uses the
   * answer up; it never counts as right.
   * @default 2000
   */
  timeout?: number | string | undefined;
}

/** A client of `redis` or of `ioredis`. */
export type RedisClient =
  | {
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      set(...args: any[]): Promise<unknown>;
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      getDel(...args: any[]): Promise<unknown>;
    }
  | {
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      set(...args: any[]): Promise<unknown>;
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      getdel(...args: any[]): Promise<unknown>;
    };

/** A client of `redis` or of `ioredis` that runs scripts. */
export type RedisScriptClient =
  | {
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      eval(...args: any[]): Promise<unknown>;
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      evalSha(...args: any[]): Promise<unknown>;
    }
  | {
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      eval(...args: any[]): Promise<unknown>;
      // biome-ignore lint/suspicious/noExplicitAny: clients differ in what they take.
      evalsha(...args: any[]): Promise<unknown>;
    };
