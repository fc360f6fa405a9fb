'use strict';

const crypto = require('node:crypto');
const { clientError, deadline, readRedisOptions } = require('./redis-client.js');

// A chunk is one key: what run of the server it was opened in, and then a bit for each picture. Both scripts have that one key, so
// that they work in a cluster, and each is one step for everybody else.
//
// The run is the server's replication ID while it is a master. It is drawn anew whenever a server starts, and whenever it becomes
// the master: its run ID, which lasts from start to end, would be the same again in a master that was a replica meanwhile and has
// taken over another one's data, without the marks.
const RUN = 40;

const OPEN = script(`
  local info = redis.call('INFO', 'replication')
  local run = string.match(info, 'master_replid:(%x+)')
  if not string.find(info, 'role:master', 1, true) or not run or #run ~= ${RUN} then
    return redis.error_reply('ERR this server does not tell which run of it this is')
  end
  if redis.call('SET', KEYS[1], run, 'NX', 'PX', ARGV[1]) then return 1 end
  return 0
`);

const MARK = script(`
  local run = redis.call('GETRANGE', KEYS[1], 0, ${RUN - 1})
  if #run ~= ${RUN} then return {} end
  local info = redis.call('INFO', 'replication')
  if not string.find(info, 'role:master', 1, true) then return {} end
  if not string.find(info, 'master_replid:' .. run, 1, true) then return {} end
  local bits = {}
  for i, index in ipairs(ARGV) do
    bits[4 * i - 3], bits[4 * i - 2] = 'SET', 'u1'
    bits[4 * i - 1], bits[4 * i] = ${8 * RUN} + index, 1
  end
  return redis.call('BITFIELD', KEYS[1], unpack(bits))
`);

/** Tries that one script marks, so that nobody else's command waits for long. */
const MAX_BATCH = 128;

/**
 * Remembers in Redis (6.2 or later) or Valkey, for all processes of a service, which pictures have been tried.
 */
function redisMarks(client, options) {
  const run = readClient(client);
  const { prefix, timeout } = readRedisOptions(options);
  const withDeadline = deadline(timeout);

  return {
    open: (chunk, _size, lifetime) =>
      withDeadline(isOne, run, OPEN, prefix + chunk, [String(Math.ceil(lifetime))]),
    mark: batched((chunk, indexes) => withDeadline(readTries, run, MARK, prefix + chunk, indexes)),
  };
}

function isOne(reply) {
  return Number(reply) === 1;
}

/** Whether each was the first, from what its bit was before; of nothing that a client may make of it else. */
function readTries(reply) {
  return Array.isArray(reply) ? reply.map((bit) => bit === 0 || bit === '0') : [];
}

/**
 * Makes a function that marks one of a function that marks many: all those of one chunk that come in the same turn of the event loop
 * go in one command, which is most of what a try costs.
 */
function batched(markAll) {
  const batches = new Map();

  function send(chunk, { indexes, waiting }) {
    batches.delete(chunk);
    markAll(chunk, indexes).then(
      (tries) => {
        // None at all where there is no such chunk.
        const isWhole = tries.length === waiting.length;
        for (const [i, { resolve }] of waiting.entries()) {
          resolve(isWhole ? tries[i] : undefined);
        }
      },
      (error) => {
        for (const { reject } of waiting) {
          reject(error);
        }
      },
    );
  }

  function sendAll() {
    for (const [chunk, batch] of batches) {
      send(chunk, batch);
    }
  }

  return (chunk, index) =>
    new Promise((resolve, reject) => {
      let batch = batches.get(chunk);
      if (batch === undefined) {
        if (batches.size === 0) {
          setImmediate(sendAll);
        }
        batch = { indexes: [], waiting: [] };
        batches.set(chunk, batch);
      }
      batch.indexes.push(String(index));
      batch.waiting.push({ resolve, reject });
      if (batch.waiting.length === MAX_BATCH) {
        send(chunk, batch);
      }
    });
}

function script(text) {
  return { text, sha: crypto.createHash('sha1').update(text).digest('hex') };
}

/** Runs a script on one key, in the way of the client that was given. */
function readClient(client) {
  const isObject = typeof client === 'object' && client !== null;
  // redis, also known as node-redis.
  if (isObject && typeof client.evalSha === 'function' && typeof client.eval === 'function') {
    return withText(
      ({ sha }, key, words) => client.evalSha(sha, { keys: [key], arguments: words }),
      ({ text }, key, words) => client.eval(text, { keys: [key], arguments: words }),
    );
  }
  // ioredis, and what has its interface.
  if (isObject && typeof client.evalsha === 'function' && typeof client.eval === 'function') {
    return withText(
      ({ sha }, key, words) => client.evalsha(sha, 1, key, ...words),
      ({ text }, key, words) => client.eval(text, 1, key, ...words),
    );
  }
  throw clientError(client);
}

/** By its hash, and by its text where the server does not know it yet: then nothing of it has been run. */
function withText(byHash, byText) {
  return (script, key, words) => {
    const reply = byHash(script, key, words);
    return typeof reply?.then !== 'function'
      ? reply
      : reply.then(undefined, (error) => {
          if (!/^NOSCRIPT/.test(error?.message)) {
            throw error;
          }
          return byText(script, key, words);
        });
  };
}

module.exports = { MAX_BATCH, redisMarks };
