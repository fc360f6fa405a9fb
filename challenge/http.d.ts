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
  /**
   * Field of the body with the id, or `false`.
   *
   * The id is looked for in one place: in the cookie if there is one, else in the body and the header. With several places, and ids
   * in them that differ, none of them counts.
   * @default 'captchaId', or false with a cookie
   */
  idField?: string | false | undefined;
  /** Header with the id, or `false`. @default 'captcha-id', or false with a cookie */
  idHeader?: string | false | undefined;
  /** Field of the body with what was typed, or `false`. Looked at first. @default 'captcha' */
  answerField?: string | false | undefined;
  /** Header with what was typed, or `false`. Looked at next. @default 'captcha-answer' */
  answerHeader?: string | false | undefined;
  /**
   * Whom and what a picture is for, such as `(ctx) => 'login:' + ctx.session.id`: one that was issued for something else is not
   * right, and is not used up. What it returns must be a string of 1 to 1,024 letters.
   */
  for?: ((request: R) => string | PromiseLike<string>) | undefined;
  /** Reads both from wherever they are, in the place of all of the above. */
  read?:
    | ((
        request: R,
      ) => { id?: unknown; answer?: unknown } | PromiseLike<{ id?: unknown; answer?: unknown }>)
    | undefined;
  /**
   * Whether `verify` refuses what is not right, with an error that has the status 403 and the code `ERR_CHALLENGE_REFUSED`,
   * instead of calling on. The error is the visitor's: it has `expose`, and no stack.
   * @default false
   */
  required?: boolean | undefined;
  /**
   * What the visitor is told then, or a function that says it for a request.
   * @default 'The letters do not match the picture, or it is too old. Please try a new one.'
   */
  message?: string | ((request: R) => string | PromiseLike<string>) | undefined;
  /** The language of `audio`, or a function that says it for a request. @default 'en' */
  lang?: 'en' | 'zh' | ((request: R) => 'en' | 'zh' | PromiseLike<'en' | 'zh'>) | undefined;
}

export interface CookieOptions {
  /**
   * 1 to 64 letters. With `__Host-` or `__Secure-` in front it is Secure; settings with which browsers drop such a cookie are errors.
   * @default 'captcha'
   */
  name?: string | undefined;
  /** @default '/' */
  path?: string | undefined;
  /** @default none: the host that sent it */
  domain?: string | undefined;
  /** `'none'`, for pages of other sites, is always Secure. @default 'strict' */
  sameSite?: 'strict' | 'lax' | 'none' | undefined;
  /**
   * `'auto'`: when the framework says that the request came over TLS; behind a proxy it has to be told to believe that.
   * @default 'auto'; true where browsers ask for it
   */
  secure?: boolean | 'auto' | undefined;
}
