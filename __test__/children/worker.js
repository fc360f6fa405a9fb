// Runs in a worker: loads the addon there and does what it is told to.
const { parentPort, workerData } = require('node:worker_threads');
const ccap = require('../..');
const { hash } = require('../helpers.js');

const options = { width: 100, height: 40, format: 'png' };
const captcha = ccap({ ...options, ...workerData.options });

const jobs = {
  /** Draws a little and ends. */
  async some() {
    for (let i = 0; i < 20; i++) {
      captcha.get();
    }
    await Promise.all(Array.from({ length: 20 }, () => captcha.getAsync()));
    parentPort.postMessage('done');
  },

  /** Ends while promises are under way. */
  async promises() {
    for (let i = 0; i < 50; i++) {
      captcha.getAsync();
    }
    captcha.get();
  },

  /** Draws in every way until it is terminated. */
  async forEver() {
    const refill = setInterval(() => {
      for (let i = 0; i < 50; i++) {
        captcha.getAsync().then(() => captcha.get());
      }
    }, 1);
    captcha.get();
    refill.ref();
    parentPort.postMessage('drawing');
  },

  /** Draws without ever coming back to its event loop. */
  async loop() {
    for (let i = 0; i < 100; i++) {
      captcha.getAsync();
    }
    parentPort.postMessage('drawing');
    for (;;) {
      captcha.get();
    }
  },

  /** Ends the hard way with promises under way. */
  async exit() {
    for (let i = 0; i < 50; i++) {
      captcha.getAsync();
    }
    process.exit(0);
  },

  /** Tells what pictures it got. */
  async hashes() {
    const hashes = [];
    for (let i = 0; i < workerData.count; i++) {
      const [, image] = i % 10 === 0 ? await captcha.getAsync() : captcha.get();
      hashes.push(hash(image));
    }
    parentPort.postMessage(hashes);
  },

  /** Counts how often a bound is not what it was set to. */
  async configure() {
    const { name, count } = workerData;
    let lost = 0;
    for (let i = 0; i < count; i++) {
      const value = 1 + (i % 1000);
      ccap.configure({ [name]: value });
      lost += Number(ccap.configure({})[name] !== value);
    }
    parentPort.postMessage(lost);
  },

  async stats() {
    captcha.get();
    parentPort.postMessage({ ...ccap.stats(), bounds: ccap.configure({}) });
  },
};

jobs[workerData.job]();
