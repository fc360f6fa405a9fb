// Connections by the hundred that ask for the largest pictures and never read a byte of them.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { done, say, until } = require('../helpers.js');

/** What happens when an answer has waited for half a minute, for this test to let that time pass. */
const overdue = [];
const { setTimeout: original } = globalThis;
globalThis.setTimeout = (callback, delay, ...args) => {
  if (delay === 30_000) {
    overdue.push(callback);
  }
  return original(callback, delay, ...args);
};
const { createPlayground } = require('../../playground/index.js');

const CONNECTIONS = 150;
const LARGEST = '/pictures?count=12&format=bmp&width=1024&height=512';
/** Twice what may be drawn and wait, as it passes from one form to another, and what is not collected yet. */
const MOST = 100e6;

async function main() {
  const playground = createPlayground();
  const responses = [];
  const server = http.createServer((req, res) => {
    responses.push(res);
    playground(req, res);
  });
  // Of TCP the system itself would take megabytes for each connection.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-unread-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const socketPath =
    process.platform === 'win32' ? `\\\\.\\pipe\\ccap-${process.pid}` : path.join(folder, 'socket');
  await once(server.listen(socketPath), 'listening');

  async function ask() {
    const [response] = await once(
      http.get({ socketPath, path: LARGEST, agent: false }),
      'response',
    );
    response.setEncoding('utf8');
    let body = '';
    for await (const chunk of response) {
      body += chunk;
    }
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(body) };
  }

  // What is loaded and drawn once is no part of what waits.
  assert.equal((await ask()).body.pictures.length, 5);
  const before = process.memoryUsage().rss;
  let highest = 0;
  /** Connections that have been answered as far as they will be. */
  async function fill() {
    const known = responses.length;
    const sockets = Array.from({ length: CONNECTIONS }, () => {
      const socket = net.connect(socketPath).on('error', () => {});
      socket.pause();
      socket.write(`GET ${LARGEST} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return socket;
    });
    await until(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
      return responses.filter((res) => res.headersSent).length === known + CONNECTIONS;
    });
    return sockets;
  }
  const sockets = await fill();
  // Four answers of 3.5 MB are in the 16 MB, and no fifth.
  const answered = responses.slice(1).filter(({ statusCode }) => statusCode === 200).length;
  assert.equal(answered, 4);
  const grown = highest - before;
  assert.ok(grown < MOST, `grew by ${grown} bytes`);
  say(`${answered} answered, grew by ${Math.round(grown / 1e6)} MB`);

  const refused = await ask();
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1']);
  assert.equal(refused.body.errors[0].code, 'ERR_BUSY');

  // Who takes nothing for too long is given up, though still connected.
  assert.equal(overdue.length, answered + 1, 'one for each answer, with the one before');
  for (const callback of overdue.splice(0)) {
    callback();
  }
  assert.equal((await ask()).status, 200);

  // Who has gone gives the share back too.
  sockets.push(...(await fill()));
  assert.equal((await ask()).status, 503);
  for (const socket of sockets) {
    socket.destroy();
  }
  await until(() => responses.every((res) => res.destroyed || res.writableFinished));
  assert.equal((await ask()).status, 200);
  server.close();
  server.closeAllConnections();
  done();
}

main();
