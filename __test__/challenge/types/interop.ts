// CommonJS that is written with import, as most services in TypeScript are.

import ccap from 'ccap-rs';
import { type Challenges, createChallenges, memoryStore } from 'ccap-rs/challenge';
import { koaChallenges } from 'ccap-rs/challenge/koa';

export function setUp(style: ccap.Options): Challenges {
  return createChallenges({ captcha: ccap(style), store: memoryStore({ max: 1000 }) });
}

export const { issue, verify } = koaChallenges(setUp({ format: 'png' }));
