'use strict';

// Run by seal.test.js: issues pictures, some of them in a thread, and tells their ids.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { createChallenges } = require('ccap-rs/challenge');

const STUB = { get: () => ['AbC12z', Buffer.alloc(8)] };

async function issueAll({ secret, count }) {
  const { issue } = createChallenges({ captcha: STUB, secret });
  let ids = '';
  for (let i = 0; i < count; i++) {
    ids += (await issue()).id;
  }
  return ids;
}

async function main() {
  const { secret, count, thread } = JSON.parse(process.argv[2]);
  if (!thread) {
    process.send(await issueAll({ secret, count }));
    return;
  }
  const inThread = Math.floor(count / 2);
  const worker = new Worker(__filename, { workerData: { secret, count: inThread } });
  const theirs = new Promise((resolve) => worker.once('message', resolve));
  const ours = await issueAll({ secret, count: count - inThread });
  process.send(ours + (await theirs));
}

if (isMainThread) {
  main();
} else {
  issueAll(workerData).then((ids) => parentPort.postMessage(ids));
}
