/** Options of the middlewares, the same for every framework. `R` is what a handler gets of a request. */
export interface HttpOptions<R> {
  /**
   * What `issue` sends: `'image'`, for `<img src="/captcha">`, the id being in a cookie; or `'json'`:
   * `{ id, type, expiresAt, dataURL }`.
   * @default 'image'
   */
  as?: 'image' | 'json' | undefined;
  /**
   * The cookie that has the id: always HttpOnly, and kept for as long as the answer. A browser has one of them: a
   * second picture,
   * in another tab as well, replaces the first. `false` for none, which only `as: 'json'` can do with.
   * @default {} with 'image', false with 'json'
   */
  cookie?: CookieOptions | false | undefined;
  /** Field of the body with the id, or `false`. Looked at first. @default 'captchaId' */
  idField?: string | false | undefined;
  /** Header with the id, or `false`. Looked at next, and then the cookie. @default 'captcha-id' */
  idHeader?: string | false | undefined;
  /** Field of the body with what was typed, or `false`. Looked at first. @default 'captcha' */
  answerField?: string | false | undefined;
  /** Header with what was typed, or `false`. Looked at next. @default 'captcha-answer' */
  answerHeader?: string | false | undefined;
  /** Reads both from wherever they are, in the place of all of the above. */
  read?:
    | ((
        request: R,
      ) => { id?: unknown; answer?: unknown } | PromiseLike<{ id?: unknown; answer?: unknown }>)
    | undefined;
  /**
   * Whether `verify` refuses what is not right, with an error that has the status 403 and the code `ERR_CHALLENGE_REFUSED`,
   * instead of calling on.
   * @default false
   */
  required?: boolean | undefined;
}

export interface CookieOptions {
  /** 1 to 64 letters. @default 'captcha' */
  name?: string | undefined;
  /** @default '/' */
  path?: string | undefined;
  /** @default none: the host that sent it */
  domain?: string | undefined;
  /** `'none'`, for pages of other sites, is always Secure. @default 'strict' */
  sameSite?: 'strict' | 'lax' | 'none' | undefined;
  /**
   * `'auto'`: when the framework says that the request came over TLS; behind a proxy it has to be told to believe that.
   * @default 'auto'
   */
  secure?: boolean | 'auto' | undefined;
}
