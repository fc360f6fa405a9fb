'use strict';

const cluster = require('node:cluster');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const { availableParallelism, cpus } = require('node:os');
const { redisMarks } = require('ccap/challenge');
const { Redis } = require('ioredis');
const { createApp } = require('./app');

/** The one that others are started by: it serves nothing itself. */
async function runPrimary() {
  const count = readCount(process.env.WORKERS);
  if (count === null) {
    console.error(`WORKERS is no number from 1 to 256: ${process.env.WORKERS}`);
    process.exitCode = 1;
    return;
  }
  // Known to all of the processes, and to no others. A service on several machines needs one from outside.
  const env = { CAPTCHA_SECRET: process.env.CAPTCHA_SECRET ?? randomBytes(32).toString('base64') };
  let isEnding = false;
  let everListened = false;

  cluster.on('exit', (worker, code, signal) => {
    if (isEnding) return;
    if (!everListened) {
      // None has ever worked, so the next one would not either.
      isEnding = true;
      process.exitCode = 1;
      cluster.disconnect();
      return;
    }
    console.error(`Worker ${worker.process.pid} ended with ${signal ?? code}: starting another`);
    // Not at once, in case it is a fault that comes again.
    setTimeout(() => isEnding || cluster.fork(env), 100);
  });
  const workers = Array.from({ length: count }, () => cluster.fork(env));
  const listening = workers.map(async (worker) => (await once(worker, 'listening'))[0]);
  const [{ address, port }] = await Promise.all(listening);
  everListened = true;
  console.log(`Listening on http://${address}:${port} with ${count} processes`);

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  isEnding = true;
  for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
}

async function runWorker() {
  const client = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', {
    // Commands must not wait for a connection: the visitor is waiting too.
    enableOfflineQueue: false,
    lazyConnect: true,
  });
  // One line for each loss: the event comes again with every attempt to reconnect.
  let isLost = false;
  client.on('error', (error) => {
    if (!isLost) console.error(`Redis is lost: ${error.message || error.code}`);
    isLost = true;
  });
  client.on('ready', () => {
    isLost = false;
  });
  try {
    await client.connect();
  } catch {
    // The listener has told of it.
    process.exit(1);
  }

  const limit = Number(process.env.PICTURES_PER_MINUTE || 60);
  const app = createApp({
    marks: redisMarks(client),
    secret: process.env.CAPTCHA_SECRET,
    limit,
  });
  const server = app.listen(Number(process.env.PORT ?? 8125), process.env.HOST ?? '127.0.0.1');
  server.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  // The terminal sends Ctrl-C to all of the processes: the first one's word counts.
  process.on('SIGINT', () => {});
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
}

function readCount(text = String((availableParallelism ?? (() => cpus().length))())) {
  return /^\d{1,3}$/.test(text) && text >= 1 && text <= 256 ? Number(text) : null;
}

if (cluster.isPrimary) {
  runPrimary();
} else {
  runWorker();
}
