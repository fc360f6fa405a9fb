'use strict';

// What `npm run bench:growth` fits and draws with: its sentences are read off these.

const assert = require('node:assert/strict');
const test = require('node:test');
const sharp = require('sharp');

const drawChart = require('../bench/growth/chart.js');
const {
  fitLine,
  fitPower,
  fitStraightPart,
  nameOfLine,
  nameOfRatio,
  ratioOfExtremes,
} = require('../bench/growth/fit.js');

const near = (actual, expected, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test('a line is found again, and the point that lies farthest off it', () => {
  const xs = [1, 10, 100, 1000];
  const exact = fitLine(
    xs,
    xs.map((x) => 5 + 2 * x),
  );
  near(exact.a, 5);
  near(exact.b, 2);
  near(exact.r2, 1);
  near(exact.at(50), 105);
  const bent = fitLine(xs, [7, 25, 410, 2005]);
  assert.equal(bent.worst.index, 2);
  assert.ok(bent.worst.share > 0.3, `${bent.worst.share}`);
  assert.ok(bent.r2 < 0.99, `${bent.r2}`);
  assert.equal(nameOfLine(exact), 'linear');
  assert.equal(nameOfLine(bent), 'roughly linear');
});

test('a power law is found again', () => {
  const xs = [2, 8, 32, 500];
  const fit = fitPower(
    xs,
    xs.map((x) => 3 * x ** 0.7),
  );
  near(fit.factor, 3);
  near(fit.exponent, 0.7);
  near(fit.r2, 1);
});

test('the straight part ends at the bend, and a single point off the line is no bend', () => {
  const xs = [1, 2, 4, 8, 16, 32, 64];
  const straight = xs.map((x) => 10 + x);
  assert.equal(fitStraightPart(xs, straight, 0.25).points, 7);
  const bent = straight.map((y, i) => (i < 5 ? y : y * 5));
  const part = fitStraightPart(xs, bent, 0.25);
  assert.equal(part.points, 5);
  near(part.b, 1);
  const noisy = straight.map((y, i) => (i === 3 ? y * 1.4 : y));
  assert.equal(fitStraightPart(xs, noisy, 0.25).points, 7);
});

test('flat is what does not grow', () => {
  assert.equal(nameOfRatio(ratioOfExtremes([5, 4, 5.1])), 'flat');
  assert.equal(nameOfRatio(ratioOfExtremes([4, 4, 8])), 'not flat');
});

const CHART = {
  title: 'Time & bytes',
  description: 'Twice as <much>.',
  x: { label: 'px (log)', scale: 'log' },
  y: { label: 'µs', scale: 'linear' },
  series: [
    {
      name: 'png',
      points: [
        [1, 0],
        [10, 50],
        [100, 100],
      ],
    },
    {
      name: 'fit',
      isFit: true,
      points: [
        [1, 100],
        [100, 0],
      ],
    },
  ],
  marks: [{ x: 10, label: 'ten' }],
};

test('a chart puts its points where they belong', () => {
  const svg = drawChart(CHART);
  const [, line] = svg.match(/<path d="M([\d. L]+)" fill="none" stroke="#0072b2" stroke-width="2"/);
  const [first, middle, last] = line.split('L').map((point) => point.split(' ').map(Number));
  near(middle[0], (first[0] + last[0]) / 2, 0.11);
  near(middle[1], (first[1] + last[1]) / 2, 0.11);
  assert.ok(first[0] < last[0] && first[1] > last[1], line);
  assert.match(svg, new RegExp(`<path d="M${middle[0]} [\\d.]+V`), 'the mark is at 10');
  assert.match(svg, /<title id="title">Time &#38; bytes<\/title>/);
  assert.match(svg, /<desc id="desc">Twice as &#60;much&#62;\.<\/desc>/);
  for (const label of ['px (log)', 'µs', 'png', 'fit', 'ten', '100']) {
    assert.ok(svg.includes(`>${label}</text>`), label);
  }
  assert.ok(svg.length < 5000, `${svg.length} bytes`);
});

test('a chart is a picture on a white ground that shows every series', async () => {
  const { data, info } = await sharp(Buffer.from(drawChart(CHART)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [680, 420, 3]);
  assert.deepEqual([...data.subarray(0, 3)], [255, 255, 255]);
  let blue = 0;
  for (let i = 0; i < data.length; i += 3) {
    blue += data[i] < 40 && data[i + 2] > 140;
  }
  assert.ok(blue > 300, `${blue} px are of the series`);
});
