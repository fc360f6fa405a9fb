import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Makes the playground: a page on which every drawing option can be tried, as a handler for `node:http`, Express, or
 * whatever hands out Node's own two objects. It is meant for development: anybody who reaches it can have pictures drawn.
 *
 * It answers GET and HEAD, keeps nothing between requests, and draws past the caches, so that a service in the same process
 * keeps its own. What is drawn and waits to be taken is bounded: 4 MB for one request and 16 MB for the process, beyond which
 * it answers 503 with `Retry-After`. An answer that is not taken within 30 seconds is given up.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` when `options` is no object or `base` no string, `ERR_INVALID_ARG_VALUE` when
 *   there is another option than `base`.
 * @throws {RangeError} `ERR_OUT_OF_RANGE` when `base` is neither empty nor begins with `/`.
 * @example
 * http.createServer(createPlayground()).listen(8125, '127.0.0.1');
 */
declare function createPlayground(
  options?: createPlayground.PlaygroundOptions,
): (req: IncomingMessage, res: ServerResponse) => void;

declare namespace createPlayground {
  export { createPlayground };

  export interface PlaygroundOptions {
    /** The path in `req.url` under which the playground stands, such as `'/playground'`. @default '' */
    base?: string;
  }
}

export = createPlayground;
