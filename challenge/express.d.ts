import type { HttpOptions } from './http.js';
import type { Challenges } from './index.js';

export type { CookieOptions, HttpOptions } from './http.js';

/**
 * Middleware for Express 4 and 5.
 *
 * `verify` reads the body that `express.urlencoded()` or `express.json()` before it has put into `req.body`.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an argument or an option has the wrong type, `ERR_INVALID_ARG_VALUE`
 *   when there is no such
 *   option.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
 * @example
 * const captcha = expressChallenges(challenges);
 * app.get('/captcha', captcha.issue);
 * app.post('/login', express.urlencoded(), captcha.verify, (req, res) => {
 *   if (!req.captcha) return res.sendStatus(403);
 * });
 */
export function expressChallenges<R extends ExpressRequest = ExpressRequest>(
  challenges: Challenges,
  options?: HttpOptions<R>,
): ExpressChallenges;

export interface ExpressChallenges {
  /**
   * Sends a new picture, not to be stored by anybody; to `HEAD` the headers alone, and nothing is drawn. What fails, takes too long or
   * is too much at once is an error with the status 503, and with `Retry-After` where it is too much.
   */
  issue(req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void): void;
  /**
   * Sends the picture that the request has the id of, in the cookie or without one in the query's field `captchaId` or the header, said
   * aloud: a WAV file, not to be stored by anybody, and the picture stays as good as it was. Where there is none, or it has been said too often, it is an
   * error with the status 404 and the code `ERR_CHALLENGE_AUDIO`.
   */
  audio(req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void): void;
  /**
   * Sets `req.captcha` to whether the request has the right answer, a boolean, and calls on. A store or marks that fail are an error
   * with the status 503, a body that nothing has parsed is one with the code `ERR_CHALLENGE_BODY`; then nothing is called.
   */
  verify(req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void): void;
}

/** What is needed of Express's request. */
export interface ExpressRequest {
  readonly headers: object;
  captcha?: boolean;
}

/** What is needed of Express's response. */
export interface ExpressResponse {
  // biome-ignore lint/suspicious/noExplicitAny: as in Express's own types.
  send(body?: any): unknown;
}

declare global {
  // Express's types take additions to its request here, and nobody who does not use them sees this.
  namespace Express {
    interface Request {
      /** Whether the captcha was answered rightly; set by `verify` of `ccap-rs/challenge/express`. */
      captcha?: boolean;
    }
  }
}
