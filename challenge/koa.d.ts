import type { HttpOptions } from './http.js';
import type { Challenges } from './index.js';

export type { CookieOptions, HttpOptions } from './http.js';

/**
 * Middleware for Koa 2 and 3. In Koa 1: `yield issue(this)`, and `yield verify(this); yield next;`.
 *
 * `verify` reads the body that a body parser before it has put into `ctx.request.body`.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an argument or an option has the wrong type, `ERR_INVALID_ARG_VALUE`
 *   when there is no such
 *   option.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
 * @example
 * const captcha = koaChallenges(challenges);
 * router.get('/captcha', captcha.issue);
 * router.post('/login', bodyParser(), captcha.verify, (ctx) => {
 *   if (!ctx.state.captcha) ctx.throw(403);
 * });
 */
export function koaChallenges<C extends KoaContext = KoaContext>(
  challenges: Challenges,
  options?: HttpOptions<C>,
): KoaChallenges;

export interface KoaChallenges {
  /**
   * Sends a new picture, not to be stored by anybody; to `HEAD` the headers alone, and nothing is drawn. What fails, takes too long or
   * is too much at once is an error with the status 503, and with `Retry-After` where it is too much.
   */
  issue(ctx: KoaContext): Promise<void>;
  /**
   * Sends the picture that the request has the id of, in the cookie or without one in the query's field `captchaId` or the header, said
   * aloud: a WAV file, not to be stored by anybody, and the picture stays as good as it was. Where there is none, or it has been said too often, it is an
   * error with the status 404 and the code `ERR_CHALLENGE_AUDIO`.
   */
  audio(ctx: KoaContext): Promise<void>;
  /**
   * Sets `ctx.state.captcha` to whether the request has the right answer, a boolean, and calls on. A store or marks that fail are an error
   * with the status 503, a body that nothing has parsed is one with the code `ERR_CHALLENGE_BODY`; then nothing is called.
   */
  verify(ctx: KoaContext, next?: () => unknown): Promise<void>;
}

/** What is needed of Koa's context. */
export interface KoaContext {
  readonly headers: object;
  readonly request: object;
  // biome-ignore lint/suspicious/noExplicitAny: as in Koa's own types.
  state: any;
  body: unknown;
}
