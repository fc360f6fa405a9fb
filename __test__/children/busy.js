// Draws in every way at once, for ever or until told otherwise. Says `ready` when all of it is under way.

const ccap = require('../..');

const [how] = process.argv.slice(2);
const texts = [];

function note([text]) {
  texts.push(text);
}

let width = 100;

async function drawOnThreads() {
  for (;;) {
    await Promise.all(Array.from({ length: 8 }, () => ccap({ length: 16 }).getAsync().then(note)));
  }
}

function drawHere() {
  // Another style each time, so that the thread has something to fill.
  width = width > 200 ? 100 : width + 1;
  note(ccap({ length: 16, width, height: 40 }).get());
  setImmediate(drawHere);
}

drawOnThreads();
drawHere();
setTimeout(() => {
  process.send?.('ready');
  if (how === 'exit') {
    process.exit(0);
  }
}, 30);

process.on('message', () => {
  const { panics } = ccap.stats();
  process.send({ texts, panics }, () => process.exit(0));
});
