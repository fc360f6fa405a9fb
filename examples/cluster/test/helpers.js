'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { join } = require('node:path');
const servers = require('../../../__test__/servers.js');

/** Runs server.js, whose pictures all say K7WPX2; it ends with the test at the latest. */
function startService(t, env) {
  // One address asks for more pictures here than any visitor does.
  const args = ['--require', join(__dirname, 'known-text.js'), join(__dirname, '..', 'server.js')];
  const hidden = ['HOST', 'WORKERS', 'REDIS_URL', 'CAPTCHA_SECRET'];
  return servers.startService(t, args, {
    env: { PICTURES_PER_MINUTE: '100000', ...env },
    hidden,
  });
}

/** One request over a connection of its own, so that the next one may be another process's. */
function request(url, { method = 'GET', headers = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method, headers, agent: false }, async (response) => {
      try {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode: status, headers: received } = response;
        resolve({
          status,
          headers: received,
          worker: received.worker,
          body: Buffer.concat(chunks),
        });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function issue(url) {
  const response = await request(`${url}/captcha`);
  assert.equal(response.status, 200);
  const cookie = response.headers['set-cookie'][0].split(';')[0];
  return { ...response, cookie, id: cookie.split('=')[1] };
}

function comment(url, cookie, captcha, text = 'Hello') {
  return request(`${url}/comment`, {
    method: 'POST',
    headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ captcha, text })),
  });
}

module.exports = { comment, issue, request, startService };
