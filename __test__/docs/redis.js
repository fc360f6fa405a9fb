'use strict';

const { createServer } = require('node:net');
const { once } = require('node:events');

/**
 * A server that speaks as much of Redis's protocol as a client needs that opens chunks and marks pictures. What the marks do with
 * real servers is tested with those, in ../challenge; this one is there on every machine.
 */
async function startRedis(t) {
  const values = new Map();
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let input = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      input += chunk;
      for (let command = readCommand(input); command; command = readCommand(input)) {
        input = input.slice(command.length);
        socket.write(reply(values, command.words), 'latin1');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return { values, url: `redis://127.0.0.1:${server.address().port}` };
}

/** An array of bulk strings, or null while it is not complete. */
function readCommand(input) {
  const head = /^\*(\d+)\r\n/.exec(input);
  if (!head) {
    return null;
  }
  const words = [];
  let at = head[0].length;
  while (words.length < Number(head[1])) {
    const size = /^\$(\d+)\r\n/.exec(input.slice(at));
    const start = at + (size?.[0].length ?? 0);
    const end = start + Number(size?.[1]);
    if (!size || input.length < end + 2) {
      return null;
    }
    words.push(input.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}

/** It knows no script by its hash, and does what each of the two is for. */
function reply(values, [name, text, , key, ...words]) {
  if (name.toUpperCase() === 'EVALSHA') {
    return '-NOSCRIPT No matching script\r\n';
  }
  if (name.toUpperCase() === 'EVAL') {
    return text.includes('BITFIELD') ? mark(values.get(key), words) : open(values, key);
  }
  // What a client says of itself when it connects.
  return name.toUpperCase() === 'CLIENT' ? '+OK\r\n' : `-ERR unknown command '${name}'\r\n`;
}

function open(values, key) {
  const isNew = !values.has(key);
  if (isNew) {
    values.set(key, new Set());
  }
  return isNew ? ':1\r\n' : ':0\r\n';
}

function mark(tried, indexes) {
  if (tried === undefined) {
    return '*0\r\n';
  }
  const bits = indexes.map((index) => {
    const bit = tried.has(index) ? 1 : 0;
    tried.add(index);
    return `:${bit}\r\n`;
  });
  return `*${bits.length}\r\n${bits.join('')}`;
}

module.exports = { startRedis };
