'use strict';

const { settlesWithin } = require('./deadlines.js');
const { clientError, deadline, gathering, readRedisOptions } = require('./redis-client.js');

/**
 * Keeps the answers in Redis (6.2 or later, for GETDEL) or Valkey, where all processes of a service find them.
 */
function redisStore(client, options) {
  const commands = readClient(client);
  const { prefix, timeout } = readRedisOptions(options);
  const withDeadline = deadline(timeout);

  return {
    set: settlesWithin(timeout, (id, answer, ttlMs) =>
      withDeadline(ignored, commands.set, prefix + id, answer, ttlMs),
    ),
    take: settlesWithin(timeout, (id) => withDeadline(text, commands.take, prefix + id)),
  };
}

function ignored() {
  return undefined;
}

/** Clients may be set up to reply with Buffers. */
function text(value) {
  return Buffer.isBuffer(value) ? value.toString() : (value ?? undefined);
}

/** The two commands, in the way of the client that was given. */
function readClient(client) {
  const isObject = typeof client === 'object' && client !== null;
  if (isObject && typeof client.set === 'function') {
    // redis, also known as node-redis.
    if (typeof client.getDel === 'function') {
      return {
        // Both ways of saying PX: up to version 4 it knows one, and later the other.
        set: (key, value, ms) =>
          client.set(key, value, { PX: ms, expiration: { type: 'PX', value: ms } }),
        take: (key) => client.getDel(key),
      };
    }
    // ioredis, and what has its interface.
    if (typeof client.getdel === 'function') {
      const gather = gathering(client);
      return {
        set(key, value, ms) {
          gather();
          return client.set(key, value, 'PX', ms);
        },
        take(key) {
          gather();
          return client.getdel(key);
        },
      };
    }
  }
  throw clientError(client);
}

module.exports = { redisStore };
