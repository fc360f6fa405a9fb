'use strict';

/** Ends a test that hangs, much later than any that works. */
const TIMEOUT = 300_000;
/** For a store in a test that is not about deadlines: a busy machine is no reason to fail. */
const PATIENT = 120_000;

const [NODE_MAJOR] = process.versions.node.split('.').map(Number);

/** The clients that people use, each with how to make one for a port. What needs a newer Node is left out. */
const CLIENTS = [
  { name: 'redis4', connect: connectRedis },
  { name: 'redis5', connect: connectRedis },
  { name: 'redis', connect: connectRedis },
  { name: 'ioredis5', connect: connectIoredis },
  { name: 'ioredis', connect: connectIoredis },
].filter(({ name }) => {
  const { engines } = require(`./node_modules/${name}/package.json`);
  return NODE_MAJOR >= Number(/\d+/.exec(engines?.node ?? '0')[0]);
});

async function connectRedis(name, port, options) {
  const client = require(name).createClient({ socket: { host: '127.0.0.1', port }, ...options });
  // Without a listener a lost connection would end the process.
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => (client.destroy ? client.destroy() : client.disconnect()) };
}

async function connectIoredis(name, port, options) {
  const { Redis } = require(name);
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, ...options });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.disconnect() };
}

/** A client that is closed with the test. */
async function connect(t, { name, connect: open }, server, options) {
  const { client, close } = await open(name, server.port, options);
  t.after(close);
  return client;
}

/** Draws nothing: for what is not about pictures. */
function stubCaptcha(text = 'AbC12z') {
  const image = Buffer.from('ffd8ffe000104a464946', 'hex');
  return { getAsync: async () => [text, image] };
}

module.exports = { CLIENTS, PATIENT, TIMEOUT, connect, stubCaptcha };
