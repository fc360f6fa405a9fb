'use strict';

// Run by section.js: `server.js CONTENDER`. Says on which port it listens, and measures itself between two messages.

const { randomBytes } = require('node:crypto');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const Koa = require('koa');

const { contenders } = require('./contenders.js');

const MOST_SESSIONS = 10_000;
const TICK_MS = 1;
const SAMPLE_MS = 50;

const { type, load, hits = () => 0 } = contenders[process.argv[2]];
const draw = load();
const sessions = new Map();
const measured = { requests: 0, bytes: 0 };

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.path !== '/captcha') {
    return;
  }
  const { text, image } = await draw();
  remember(text);
  ctx.set('Cache-Control', 'no-store');
  ctx.type = type;
  ctx.body = image;
  measured.requests += 1;
  measured.bytes += ctx.length;
});

/** As a session would, but for the cookie. */
function remember(text) {
  if (sessions.size >= MOST_SESSIONS) {
    sessions.delete(sessions.keys().next().value);
  }
  sessions.set(randomBytes(16).toString('base64url'), text);
}

const delay = monitorEventLoopDelay({ resolution: TICK_MS });
let sampling;
let before;

const commands = {
  start() {
    Object.assign(measured, { requests: 0, bytes: 0, rssMax: process.memoryUsage.rss() });
    before = { rss: measured.rssMax, hits: hits(), cpu: process.cpuUsage() };
    sampling = setInterval(noteMemory, SAMPLE_MS);
    delay.reset();
    delay.enable();
    return {};
  },
  stop() {
    delay.disable();
    clearInterval(sampling);
    noteMemory();
    const { user, system } = process.cpuUsage(before.cpu);
    return {
      bytes: measured.bytes / measured.requests,
      hitShare: (hits() - before.hits) / measured.requests,
      cpuMicros: (user + system) / measured.requests,
      rssBefore: before.rss,
      rssAfter: process.memoryUsage.rss(),
      rssMax: measured.rssMax,
      lateMs: {
        p50: late(delay.percentile(50)),
        p99: late(delay.percentile(99)),
        max: late(delay.max),
      },
    };
  },
};

function noteMemory() {
  measured.rssMax = Math.max(measured.rssMax, process.memoryUsage.rss());
}

/** The monitor records the time from one tick to the next, in ns. */
function late(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - TICK_MS);
}

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', (command) => process.send(commands[command]()));
// Whatever ends the one that measures ends this server.
process.on('disconnect', () => process.exit());
