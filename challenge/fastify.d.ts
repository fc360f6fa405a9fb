import type { HttpOptions } from './http.js';
import type { Challenges } from './index.js';

export type { CookieOptions, HttpOptions } from './http.js';

/**
 * Handlers and hooks for Fastify 4 and 5.
 *
 * `verify` reads `request.body`, so it has to be a `preHandler` or a later hook; forms need `@fastify/formbody`.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when an argument or an option has the wrong type, `ERR_INVALID_ARG_VALUE`
 *   when there is no such
 *   option.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when an option is outside of its limits.
 * @example
 * const captcha = fastifyChallenges(challenges);
 * app.get('/captcha', captcha.issue);
 * app.post('/login', { preHandler: captcha.verify }, async (request, reply) => {
 *   if (!request.captcha) return reply.code(403).send();
 * });
 */
export function fastifyChallenges<R extends FastifyRequest = FastifyRequest>(
  challenges: Challenges,
  options?: HttpOptions<R>,
): FastifyChallenges;

export interface FastifyChallenges {
  /**
   * Sends a new picture, not to be stored by anybody; to `HEAD` the headers alone, and nothing is drawn. What fails, takes too long or
   * is too much at once is an error with the status 503, and with `Retry-After` where it is too much.
   */
  issue<R>(request: FastifyRequest, reply: FastifyReply<R>): Promise<R>;
  /**
   * Sends the picture that the request has the id of, in the cookie or without one in the query's field `captchaId` or the header, said
   * aloud: a WAV file, not to be stored by anybody, and the picture stays as good as it was. Where there is none, or it has been said too often, it is an
   * error with the status 404 and the code `ERR_CHALLENGE_AUDIO`.
   */
  audio<R>(request: FastifyRequest, reply: FastifyReply<R>): Promise<R>;
  /**
   * Sets `request.captcha` to whether the request has the right answer, a boolean, and calls on. A store or marks that fail are an error
   * with the status 503, a body that nothing has parsed is one with the code `ERR_CHALLENGE_BODY`; then nothing is called.
   */
  verify(request: FastifyRequest): Promise<void>;
}

/** What is needed of Fastify's request. */
export interface FastifyRequest {
  readonly headers: object;
  readonly protocol: string;
}

/** What is needed of Fastify's reply. */
export interface FastifyReply<R = unknown> {
  send(payload?: unknown): R;
}

// Who has no Fastify sees nothing of this, which is what the next line is for.
// @ts-ignore
declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the captcha was answered rightly; set by `verify` of `ccap-rs/challenge/fastify`. */
    captcha?: boolean;
  }
}
