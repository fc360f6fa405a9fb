'use strict';

// Run by race.test.js: is sent ids with answers, tries them all when told to go, and tells which ones were right.

const { once } = require('node:events');
const { createChallenges, redisStore } = require('ccap-rs/challenge');
const { CLIENTS, PATIENT, stubCaptcha } = require('../helpers.js');

// Few enough for several round trips to be under way at any time, in all of the processes.
const AT_ONCE = 20;

async function main() {
  const [name, port] = process.argv.slice(2);
  const kind = CLIENTS.find((one) => one.name === name);
  const { client, close } = await kind.connect(name, Number(port));
  const store = redisStore(client, { timeout: PATIENT });
  const { verify } = createChallenges({ captcha: stubCaptcha(), store });

  process.once('disconnect', close);
  const [tries] = await exchange('connected');
  // Each in an order of its own: so none is ahead of the others for all of the ids.
  const order = shuffled(tries.length);
  await exchange('loaded');
  const won = [];
  let next = 0;
  async function work() {
    while (next < order.length) {
      const index = order[next];
      next += 1;
      if ((await verify(...tries[index])) === true) {
        won.push(index);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send(won);
}

/** Says something and waits for the reply. */
function exchange(message) {
  const reply = once(process, 'message');
  process.send(message);
  return reply;
}

function shuffled(length) {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

main();
