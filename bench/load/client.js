'use strict';

// Run by section.js: puts load on a server, or looks whether it hands out any picture twice, whenever it is told to.

const { createHash } = require('node:crypto');
const http = require('node:http');
const { createHistogram } = require('node:perf_hooks');
const autocannon = require('autocannon');

const PATIENCE_MS = 30_000;

const commands = { press, verify };

process.on('message', async ({ command, ...options }) => {
  process.send(await commands[command](options));
});
process.on('disconnect', () => process.exit());

/** All connections ask again as soon as they are answered. */
async function press({ port, connections, seconds }) {
  // autocannon's own histogram knows whole milliseconds only.
  const micros = createHistogram();
  const run = autocannon({
    url: `http://127.0.0.1:${port}/captcha`,
    connections,
    duration: seconds,
    // It looks this often whether it is time to end.
    sampleInt: 100,
  });
  run.on('response', (_client, _status, _bytes, millis) => {
    micros.record(Math.max(1, Math.round(millis * 1000)));
  });
  const result = await run;
  const failures = result.errors + result.non2xx + result.mismatches;
  if (failures > 0 || result['2xx'] === 0) {
    throw new Error(`${failures} requests failed, ${result['2xx']} did not`);
  }
  return {
    requests: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    latencyMs: {
      p50: micros.percentile(50) / 1000,
      p99: micros.percentile(99) / 1000,
      max: micros.max / 1000,
    },
  };
}

/** Counts the distinct bodies, by 64 bits of their hashes: among a million, two would be equal by chance once in 10 million runs. */
async function verify({ port, connections, requests }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const seen = new Set();
  let left = requests;
  const askOnAndOn = async () => {
    while (left > 0) {
      left -= 1;
      const body = await get({ host: '127.0.0.1', port, path: '/captcha', agent });
      seen.add(createHash('sha1').update(body).digest('latin1').slice(0, 8));
    }
  };
  await Promise.all(Array.from({ length: connections }, askOnAndOn));
  agent.destroy();
  return { requests, distinct: seen.size };
}

function get(options) {
  return new Promise((resolve, reject) => {
    const request = http.get({ ...options, timeout: PATIENCE_MS }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) {
          resolve(Buffer.concat(chunks));
        } else {
          reject(new Error(`status ${response.statusCode}`));
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}
