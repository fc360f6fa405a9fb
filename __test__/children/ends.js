// Uses ccap in one way and then does nothing: the process must end by itself, or at once on exit().
const ccap = require('../..');
const { done, until } = require('../helpers.js');

const options = { width: 200, height: 60 };
const captcha = ccap(options);

function manyPromises() {
  for (let i = 0; i < 200; i++) {
    ccap({ ...options, width: 200 + (i % 20) }).getAsync();
  }
}

const ways = {
  async nothing() {},

  async get() {
    captcha.get();
  },

  async getMany() {
    for (let i = 0; i < 1000; i++) {
      captcha.get();
    }
  },

  async getAsync() {
    await captcha.getAsync();
  },

  /** The promises are still under way when the script has come to its end. */
  async promisesUnderWay() {
    manyPromises();
  },

  async full() {
    captcha.get();
    await until(() => ccap.stats().pictures === 20);
  },

  async stopped() {
    captcha.get();
    captcha.clearTimeout();
    captcha.get();
  },

  async stoppedAndStarted() {
    captcha.get();
    captcha.clearTimeout();
    captcha.setTimeout();
    captcha.get();
  },

  async configured() {
    ccap.configure({ cacheSize: 1000, maxIdle: 86_400 });
    captcha.get();
  },

  async render() {
    ccap.render('AB');
  },

  async failed() {
    for (const bad of [
      () => ccap(5),
      () => ccap.render(''),
      () => ccap.configure({ maxIdle: 0 }),
    ]) {
      try {
        bad();
      } catch {
        captcha.get();
      }
    }
  },

  async exitDuringRefill() {
    ccap.configure({ cacheSize: 1000 });
    captcha.get();
    done();
    process.exit(0);
  },

  async exitDuringPromises() {
    manyPromises();
    done();
    process.exit(0);
  },

  /** Some are done, some are being drawn, some wait for a thread. */
  async exitAmongPromises() {
    manyPromises();
    await captcha.getAsync();
    done();
    process.exit(0);
  },

  async exitInGenerate() {
    captcha.get();
    const exit = () => {
      manyPromises();
      done();
      process.exit(0);
    };
    ccap({ ...options, generate: exit }).get();
  },

  async exitInGenerateOfPromise() {
    const exit = () => {
      done();
      process.exit(0);
    };
    await ccap({ ...options, generate: exit }).getAsync();
  },

  async exitInExitHandler() {
    process.on('exit', () => {
      captcha.get();
      captcha.getAsync();
      done();
    });
    process.exit(0);
  },
};

const way = process.argv[2];
if (way === undefined) {
  console.log(Object.keys(ways).join('\n'));
} else {
  ways[way]().then(done);
}
