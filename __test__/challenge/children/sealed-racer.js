'use strict';

// Run by sealed-race.test.js: is sent ids and what to answer, tries them all when told to go, and tells which ones were right.
// One that met an error tries again, as a visitor would who is told so.

const { setTimeout: sleep } = require('node:timers/promises');
const { createChallenges, redisMarks } = require('ccap-rs/challenge');
const { CLIENTS, stubCaptcha } = require('../helpers.js');

// Few enough for several round trips to be under way at any time, in all of the processes.
const AT_ONCE = 20;
const RETRIES = 500;

async function main() {
  const { name, port, secret } = JSON.parse(process.argv[2]);
  const kind = CLIENTS.find((one) => one.name === name);
  const { client, close } = await kind.connect(name, port);
  const marks = redisMarks(client, { timeout: 1000 });
  const { verify } = createChallenges({ captcha: stubCaptcha(), marks, secret, ttl: 3_600_000 });
  let tries = [];

  process.once('disconnect', close);
  process.on('message', async (message) => {
    if (message !== 'go') {
      tries = message;
      process.send('loaded');
      return;
    }
    process.send(await race(verify, tries));
  });
  process.send('connected');
}

async function race(verify, tries) {
  const order = shuffled(tries.length);
  const won = [];
  let errors = 0;
  let next = 0;

  async function tryOut(id, answer) {
    for (let i = 0; i < RETRIES; i++) {
      try {
        return await verify(id, answer);
      } catch {
        errors += 1;
        await sleep(20);
      }
    }
    return false;
  }

  async function work() {
    while (next < order.length) {
      const index = order[next];
      next += 1;
      // Amid the race, and well before most have been tried.
      if (next === Math.floor(order.length * 0.15)) {
        process.send('amid');
      }
      if ((await tryOut(...tries[index])) === true) {
        won.push(index);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { won, errors };
}

/** Each racer has an order of its own: so none is ahead of the others for all of the ids. */
function shuffled(length) {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

main();
