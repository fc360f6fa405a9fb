'use strict';

const { createClient } = require('redis');

/** A Redis URL for people to read: whatever may be a password in it is left out. */
function maskUrl(url) {
  // Up to the last @, and not by the URL class: this has to hold for a malformed URL as well.
  return url.replace(/^([a-z]+:(?:\/\/)?)?.*@/is, '$1***@');
}

// Connecting to a name with several addresses fails with an error that has no message.
const reason = (error) => (error.message || error.code || String(error)).split('\n', 1)[0];

/** The client waits for a server that says nothing for as long as that says nothing. */
async function withDeadline(promise, ms) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Connects a client for redisStore(). Rejects when Redis cannot be used; once connected the client
 * reconnects by itself, and until then its commands fail at once.
 */
async function connectRedis(url, { timeout = 2000, log = () => {} } = {}) {
  let started = false;
  let lost = false;
  let client;
  try {
    client = createClient({
      url,
      // Commands must not wait for a connection: the visitor is waiting too.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: timeout,
        reconnectStrategy: (retries) => started && Math.min(100 * 2 ** retries, 1000),
      },
    });
    // Without a listener a lost connection would end the process. One line for each loss, as
    // the event comes again with every attempt to reconnect.
    client.on('error', (error) => {
      if (started && !lost) log(`Redis at ${maskUrl(url)} is lost: ${reason(error)}`);
      lost = true;
    });
    client.on('ready', () => {
      if (started && lost) log(`Redis at ${maskUrl(url)} is back`);
      lost = false;
    });
    await withDeadline(client.connect(), timeout);
  } catch (error) {
    if (client?.isOpen) client.destroy();
    throw new Error(`Redis at ${maskUrl(url)} cannot be used: ${reason(error)}`);
  }
  started = true;
  return client;
}

module.exports = { connectRedis, maskUrl };
