'use strict';

// What is the same of everything that is kept in Redis: where its keys are, and how long a reply may take.

const { invalidType, outOfRange, withCode } = require('../errors.js');
const { readInteger, readOptions } = require('../options.js');
const { Deadlines, isThenable } = require('./deadlines.js');

const MAX_PREFIX = 256;
/** Commands given up that the client still holds. With more of them nothing is sent. */
const MAX_ABANDONED = 10_000;

/**
 * Makes a function that sends a command and rejects when its reply takes too long. Clients keep what they cannot send until
 * they are connected again, or for ever, and a visitor is waiting.
 */
function deadline(timeout) {
  const deadlines = new Deadlines(timeout);
  let abandoned = 0;

  function settle(command) {
    if (!deadlines.delete(command)) {
      abandoned -= 1;
    }
  }

  /** A promise of what `read` makes of the reply to the command that `send` sends, given these arguments. */
  return (read, send, key, value, more) =>
    new Promise((resolve, reject) => {
      // The client cannot be told to forget a command, so here is the bound of what an outage heaps up in it.
      if (abandoned >= MAX_ABANDONED) {
        throw timeoutError(`Redis has not replied to ${abandoned} commands. No more are sent`);
      }
      const reply = send(key, value, more);
      if (!isThenable(reply)) {
        throw invalidType("The value returned by the client's command", 'a promise', reply);
      }
      const command = deadlines.add(() => {
        abandoned += 1;
        reject(timeoutError(`Redis did not reply within ${timeout} ms`));
      });
      reply.then(
        (value) => {
          settle(command);
          resolve(read(value));
        },
        (error) => {
          settle(command);
          reject(error);
        },
      );
    });
}

/**
 * Makes a function that has what is written to the client's connection in this turn of the event loop go out together at its end. A client
 * that writes each command by itself (ioredis) takes most of its time for that. A client that gathers them has no such stream, nor has a cluster.
 */
function gathering(client) {
  let corked = null;
  const uncork = () => {
    const stream = corked;
    corked = null;
    stream.uncork();
  };
  return () => {
    const { stream } = client;
    if (corked === null && typeof stream?.cork === 'function') {
      corked = stream;
      stream.cork();
      process.nextTick(uncork);
    }
  };
}

function timeoutError(message) {
  return withCode(new Error(message), 'ETIMEDOUT');
}

function readRedisOptions(given) {
  const options = readOptions(given, ['prefix', 'timeout']);
  const { prefix = 'captcha:' } = options;
  if (typeof prefix !== 'string') {
    throw invalidType('The "prefix" option', 'of type string', prefix);
  }
  if (prefix.length > MAX_PREFIX) {
    throw outOfRange('prefix', `at most ${MAX_PREFIX} letters long`, prefix);
  }
  return { prefix, timeout: readInteger(options, 'timeout', 2000, 1, 600_000) };
}

function clientError(client) {
  return invalidType('The "client" argument', 'a client made by redis or ioredis', client);
}

module.exports = { clientError, deadline, gathering, readRedisOptions };
