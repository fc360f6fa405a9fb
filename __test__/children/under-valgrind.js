// A little of everything that the addon does, in the main thread and in workers that come and go.

const { isMainThread, Worker } = require('node:worker_threads');
const path = require('node:path');

const ccap = require('../..');

async function all() {
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'bmp', 'svg']) {
    for (const level of ['easy', 'hard']) {
      const captcha = ccap({ format, level, width: 120, height: 40, length: 4 });
      captcha.get();
      await captcha.getAsync();
    }
  }
  ccap.render('山水', { width: 64, height: 32 });
  ccap.render('17+5=?', { kind: 'math', format: 'gif', frames: 3 });
  ccap.speak('K7');
  await ccap.speakAsync('K7');
  ccap.loadFont('own', path.join(__dirname, '../../tests/fonts/postscript.otf'));
  ccap({ font: 'own', charset: 'éж' }).get();
  if (isMainThread) {
    ccap.unloadFont('own');
  }
  try {
    ccap({ width: 5 });
    throw new Error('it was taken');
  } catch (error) {
    if (error.code !== 'ERR_OUT_OF_RANGE') {
      throw error;
    }
  }
}

async function main() {
  await all();
  if (isMainThread) {
    for (let i = 0; i < 3; i += 1) {
      const worker = new Worker(__filename);
      await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
    }
  }
}

main().catch((error) => {
  process.exitCode = 1;
  console.error(error);
});
