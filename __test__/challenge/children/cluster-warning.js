'use strict';

// Run by cluster.test.js: a cluster of two, each of which makes challenges twice and tells of its warnings.

const cluster = require('node:cluster');
const { createChallenges, memoryMarks, memoryStore } = require('ccap-rs/challenge');

const captcha = { get: () => ['AB', Buffer.from('GIF89a')] };
const options = {
  default: {},
  marks: { marks: memoryMarks() },
  store: { store: memoryStore() },
}[process.argv[2]];

if (cluster.isPrimary) {
  createChallenges({ captcha });
  for (let i = 0; i < 2; i++) {
    cluster.fork();
  }
} else {
  process.on('warning', ({ name, code, message }) => {
    console.log(JSON.stringify({ name, code, message }));
  });
  for (let i = 0; i < 2; i++) {
    createChallenges({ captcha, ...options });
  }
  // Warnings come in a turn of their own.
  setImmediate(() => setImmediate(() => process.disconnect()));
}
