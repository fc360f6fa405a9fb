/**
 * Makes an issuer of pictures and a verifier of what visitors typed, in which each picture counts once.
 *
 * Both functions can be taken off the object. Nothing is kept but what the store keeps.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an option has the wrong type, `ERR_INVALID_ARG_VALUE` when there is
 *   no such
 *   option. Unlike ccap's own, unknown options are errors: a mistyped `secret` would leave the answers in the clear.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
 * @example
 * const challenges = createChallenges({ captcha: ccap(style), store: memoryStore() });
 * const { id, image, type } = await challenges.issue();
 * const isRight = await challenges.verify(id, typed);
 */
export function createChallenges(options: ChallengeOptions): Challenges;

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
  /** Where the answers are kept. @default memoryStore() */
  store?: Store | undefined;
  /** For how long an answer is good, in ms: 1 to 86400000 (a day). @default 120000 (two minutes) */
  ttl?: number | string | undefined;
  /**
   * At least 16 bytes, known to every process of the service. With it the store gets a keyed hash of each answer
   * (HMAC-SHA-256 over the id and the answer), so that nobody who can read the store learns an answer.
   * @default none: the store gets the answers as they are
   */
  secret?: string | Uint8Array | undefined;
  /**
   * Whether capital and small letters differ. Otherwise both sides are compared in small letters, as `toLowerCase()`
   * makes them.
   * @default false
   */
  caseSensitive?: boolean | undefined;
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
   * Draws a picture, off the event loop with ccap's captchas, and stores its answer under a new id.
   *
   * @throws What the captcha throws. `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` when what it returns is no picture,
   *   or one that
   *   nobody could answer. An `Error` with the code `ERR_CHALLENGE_STORE`, whose `cause` is the store's error, when the
   * store fails.
   */
  issue(): Promise<Challenge>;

  /**
   * Whether `answer` is the right one, which it is once at most: the stored answer is deleted before it is compared, so
   * a wrong answer uses the picture up as well, and so does one that is no string.
   *
   * White space around the answer is ignored, and so is case, unless `caseSensitive` is set; composed and decomposed
   * letters are the
   * same (NFC). The comparison takes the same time wherever two answers differ.
   *
   * @param id Anything. What cannot be an id (22 letters of base64url) gives false without asking the store.
   * @param answer Anything. What is no string of 1 to 256 UTF-16 code units gives false.
   * @returns False as well for ids that are unknown, expired or used up, and whatever else a store returns but a string.
   * @throws An `Error` with the code `ERR_CHALLENGE_STORE`, whose `cause` is the store's error, when the store fails.
   */
  verify(id: unknown, answer: unknown): Promise<boolean>;
}

/** What a visitor is shown. Its answer is not in it, so all of it may be sent. */
export interface Challenge {
  /** 128 random bits in base64url: 22 letters, digits, `-` and `_`. */
  readonly id: string;
  readonly image: Buffer;
  /** The MIME type of the image, such as `'image/jpeg'`: from its first bytes, else from the captcha's `format`. */
  readonly type: string;
  /** When the answer expires, in ms since the epoch, as `Date.now()` has them. */
  readonly expiresAt: number;
  /** The image as a `data:` URL for an `<img>`; made when it is read. */
  readonly dataURL: string;
  /** What `JSON.stringify()` writes: `dataURL` in the place of `image`. */
  toJSON(): { id: string; type: string; expiresAt: number; dataURL: string };
}

/**
 * Where answers are kept. To use one of your own, write these two methods.
 */
export interface Store {
  /**
   * Keeps `answer` under `id` for `ttlMs` milliseconds.
   *
   * @param id 22 letters of base64url.
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
  /** What keys start with: at most 256 letters, before the id. @default 'captcha:' */
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
