'use strict';

const { once } = require('node:events');
const { redisMarks } = require('ccap/challenge');
const { createApp } = require('./app');
const { connectRedis, maskUrl } = require('./redis');

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

async function main() {
  const port = Number(process.env.PORT || 8124);
  const host = process.env.HOST || '127.0.0.1';
  const redisUrl = process.env.REDIS_URL;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    return fail(`PORT is not the number of a port: ${process.env.PORT}`);
  }

  // All processes that share a Redis have to know it.
  const secret = process.env.CAPTCHA_SECRET;
  if (redisUrl && !secret) {
    return fail(
      'REDIS_URL is set, and CAPTCHA_SECRET is not: at least 16 bytes, the same in all processes',
    );
  }

  let client;
  try {
    client = redisUrl && (await connectRedis(redisUrl, { log: console.error }));
  } catch (error) {
    return fail(error.message);
  }

  const app = createApp({ marks: client && redisMarks(client), secret });
  // What the marks failed with is worth a line for each request, its stack trace is not.
  app.on('error', (error) => {
    console.error(error.cause ? `${error.message}: ${error.cause.message}` : error);
  });
  const server = app.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    client?.destroy();
    const used = error.code === 'EADDRINUSE';
    return fail(used ? `Port ${port} of ${host} is already in use` : error.message);
  }
  const { address, port: actual } = server.address();
  const origin = `http://${address.includes(':') ? `[${address}]` : address}:${actual}`;
  console.log(`Listening on ${origin}, marks in ${redisUrl ? maskUrl(redisUrl) : 'memory'}`);

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // Requests under way are answered, but their connections are not kept for further ones, and
  // a client that takes its time is not waited for without end.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), 5000).unref();
  await closed;
  if (client?.isOpen) client.destroy();
  // Explicitly, as an attempt to reconnect to Redis would keep the process for its duration.
  process.exit(0);
}

main();
