'use strict';

const ccap = require('../..');
const { interleave, median, spread } = require('../measure.js');
const { atMost, kilobytes, micros, percent, times } = require('../report.js');

/** One text's letters in several orders: what differs between them is the secret, and nothing else. */
const ORDERS = ['WX3K9R', 'R9K3XW', '3W9XRK', 'K9XW3R', 'XRW93K', '9KRWX3'];
/** How far apart their times may be: less than rounds of one order are from each other. */
const MOST = 1.1;

const contenders = ORDERS.map((text) => ({
  name: text,
  call: () => ccap.render(text, { format: 'png' }),
  bytes: (image) => image.length,
}));

async function run() {
  const results = await interleave(contenders, { warmups: 5, rounds: 40, calls: 100 });
  const numbers = Object.fromEntries(
    results.map(({ micros: rounds, bytes }, i) => [
      ORDERS[i],
      { micros: median(rounds), spread: spread(rounds), bytes: median(bytes) },
    ]),
  );
  const all = Object.values(numbers).map((order) => order.micros);
  const apart = Math.max(...all) / Math.min(...all);
  return {
    title: 'What the time tells of a text: one text in six orders, png of 256x60, 40 rounds of 100',
    head: ['text', 'time', 'spread', 'size'],
    rows: ORDERS.map((text, i) => ({
      cells: [
        text,
        micros(numbers[text].micros),
        percent(numbers[text].spread),
        kilobytes(numbers[text].bytes),
      ],
      targets: i === 0 ? [atMost('the slowest order to the fastest', apart, MOST, times)] : [],
    })),
    notes: [],
    numbers: { orders: numbers, apart },
  };
}

module.exports = run;
