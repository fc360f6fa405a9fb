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
  if #run ~= ${RUN} then return -1 end
  local info = redis.call('INFO', 'replication')
  if not string.find(info, 'role:master', 1, true) then return -1 end
  if not string.find(info, 'master_replid:' .. run, 1, true) then return -1 end
  return 1 - redis.call('SETBIT', KEYS[1], ${8 * RUN} + ARGV[1], 1)
`);

/**
 * Remembers in Redis (6.2 or later) or Valkey, for all processes of a service, which pictures have been tried.
 */
function redisMarks(client, options) {
  const run = readClient(client);
  const { prefix, timeout } = readRedisOptions(options);
  const withDeadline = deadline(timeout);

  return {
    open: (chunk, _size, lifetime) =>
      withDeadline(() => run(OPEN, prefix + chunk, String(Math.ceil(lifetime))), isOne),
    mark: (chunk, index) => withDeadline(() => run(MARK, prefix + chunk, String(index)), isFirst),
  };
}

function isOne(reply) {
  return Number(reply) === 1;
}

function isFirst(reply) {
  const number = Number(reply);
  return number === -1 ? undefined : number === 1;
}

function script(text) {
  return { text, sha: crypto.createHash('sha1').update(text).digest('hex') };
}

/** Runs a script on one key with one argument, in the way of the client that was given. */
function readClient(client) {
  const isObject = typeof client === 'object' && client !== null;
  // redis, also known as node-redis.
  if (isObject && typeof client.evalSha === 'function' && typeof client.eval === 'function') {
    return withText(
      ({ sha }, key, argument) => client.evalSha(sha, { keys: [key], arguments: [argument] }),
      ({ text }, key, argument) => client.eval(text, { keys: [key], arguments: [argument] }),
    );
  }
  // ioredis, and what has its interface.
  if (isObject && typeof client.evalsha === 'function' && typeof client.eval === 'function') {
    return withText(
      ({ sha }, key, argument) => client.evalsha(sha, 1, key, argument),
      ({ text }, key, argument) => client.eval(text, 1, key, argument),
    );
  }
  throw clientError(client);
}

/** By its hash, and by its text where the server does not know it yet: then nothing of it has been run. */
function withText(byHash, byText) {
  return (script, key, argument) => {
    const reply = byHash(script, key, argument);
    return typeof reply?.then !== 'function'
      ? reply
      : reply.then(undefined, (error) => {
          if (!/^NOSCRIPT/.test(error?.message)) {
            throw error;
          }
          return byText(script, key, argument);
        });
  };
}

module.exports = { redisMarks };
