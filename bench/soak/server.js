'use strict';

// Run by index.js: a Koa service that does everything that a service might do with the package, in the worst way, and tells of itself.

const { randomInt } = require('node:crypto');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { readdirSync, readFileSync } = require('node:fs');
const { Worker } = require('node:worker_threads');
const Koa = require('koa');

const ccap = require('../..');
const { createChallenges } = require('../../challenge');

const LETTERS = '23CDFHJKLMTVX';
const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'];
/** In ms: how often a worker is started, and how often the switch is turned. */
const WORKER_EVERY = 2000;
const SWITCH_EVERY = 5000;

const challenges = createChallenges({ captcha: ccap({ width: 120, height: 40, length: 4 }) });

/** As the service of the story made one in each request, whose options nobody else has. */
const randomStyle = () => ({
  width: randomInt(32, 320),
  height: randomInt(16, 100),
  length: randomInt(1, 9),
  format: FORMATS[randomInt(FORMATS.length)],
  level: ['easy', 'normal', 'hard'][randomInt(3)],
});

const ways = [
  () => ccap({ width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 }).get(),
  () => ccap({ width: 128, height: 30, format: 'png', length: 4 }).getAsync(),
  () => ccap(randomStyle()).get(),
  () => ccap(randomStyle()).getAsync(),
  () => ccap({ generate: () => LETTERS[randomInt(LETTERS.length)].repeat(4) }).get(),
  () => ccap({ kind: 'math', format: 'png' }).get(),
  () => ccap({ charset: 'hanzi', length: 4, width: 200, format: 'png' }).get(),
  async () => {
    const { id, image } = await challenges.issue();
    await challenges.verify(id, 'WXWX');
    return [id, image];
  },
  async () => ['', await ccap.speakAsync('K7WR')],
];

const app = new Koa();
let requests = 0;
app.use(async (ctx) => {
  const [, image] = await ways[randomInt(ways.length)]();
  requests += 1;
  ctx.body = image;
});

const WORK = `
  const ccap = require(${JSON.stringify(require.resolve('../..'))});
  for (let i = 0; i < 30; i += 1) ccap({ width: 64 + i, height: 24, format: 'png' }).get();
  ccap().getAsync();
`;
setInterval(() => new Worker(WORK, { eval: true }), WORKER_EVERY);
setInterval(() => {
  const captcha = ccap();
  if (captcha.timerIsRunning()) {
    captcha.clearTimeout();
  } else {
    captcha.setTimeout();
  }
}, SWITCH_EVERY);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

/** What the system and the package know of this process now. */
function sample() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const { rss, heapUsed } = process.memoryUsage();
  const { caches, bytes, panics } = ccap.stats();
  const late = delay.percentile(99) / 1e6;
  delay.reset();
  return {
    ...{ requests, rss, heapUsed, caches, bytes, panics, late },
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)[1]),
    files: readdirSync('/proc/self/fd').length,
  };
}

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send(sample()));
process.on('disconnect', () => process.exit());
