'use strict';

/**
 * The line y = a + b·x that comes nearest to the points, each deviation counted as a share of the measured value: what is read
 * off a chart of several decades is how many times too high or low a point lies.
 *
 * @returns `a`, `b`, `r2` (1 is a perfect fit), `at(x)`, and `worst`, the point that lies farthest off: its
 *   `index` and its `share`, 0.1 being 10% above the line.
 */
function fitLine(xs, ys) {
  const weights = ys.map((y) => 1 / y ** 2);
  const { a, b } = leastSquares(xs, ys, weights);
  return judged({ a, b, at: (x) => a + b * x }, xs, ys, weights);
}

/** The power law y = factor·x^exponent that comes nearest to the points. For the rest as `fitLine`. */
function fitPower(xs, ys) {
  const { a, b } = leastSquares(
    xs.map(Math.log),
    ys.map(Math.log),
    ys.map(() => 1),
  );
  const factor = Math.exp(a);
  const weights = ys.map((y) => 1 / y ** 2);
  const fit = { factor, exponent: b, at: (x) => factor * x ** b };
  return judged(fit, xs, ys, weights);
}

/**
 * The longest run of points from the first on that a line describes: the last lies no farther off it than `tolerance`, as a share,
 * and of the others one at most, which is noise.
 *
 * @returns The line as `fitLine` has it, and how many `points` it is about; at least 3, however far off they lie.
 */
function fitStraightPart(xs, ys, tolerance) {
  for (let points = xs.length; ; points -= 1) {
    const line = fitLine(xs.slice(0, points), ys.slice(0, points));
    const isOff = (i) => Math.abs(ys[i] / line.at(xs[i]) - 1) > tolerance;
    const off = Array.from({ length: points }, (_, i) => isOff(i)).filter(Boolean).length;
    if (points <= 3 || (off <= 1 && !isOff(points - 1))) {
      return { ...line, points };
    }
  }
}

/** In a word, whether a line describes all of its points. */
function nameOfLine({ r2, worst }) {
  return r2 >= 0.95 && Math.abs(worst.share) <= 0.25 ? 'linear' : 'roughly linear';
}

/** In a word, whether values that should be one another's equals are. */
function nameOfRatio(ratio) {
  return ratio <= 1.3 ? 'flat' : 'not flat';
}

/** How far the values lie apart: the largest as a multiple of the least. */
function ratioOfExtremes(values) {
  return Math.max(...values) / Math.min(...values);
}

function leastSquares(xs, ys, weights) {
  const xMean = weightedMean(xs, weights);
  const yMean = weightedMean(ys, weights);
  let both = 0;
  let own = 0;
  for (const [i, x] of xs.entries()) {
    both += weights[i] * (x - xMean) * (ys[i] - yMean);
    own += weights[i] * (x - xMean) ** 2;
  }
  const b = both / own;
  return { a: yMean - b * xMean, b };
}

function judged(fit, xs, ys, weights) {
  const mean = weightedMean(ys, weights);
  let left = 0;
  let all = 0;
  let worst = { index: 0, share: 0 };
  for (const [index, y] of ys.entries()) {
    const share = y / fit.at(xs[index]) - 1;
    left += weights[index] * (y - fit.at(xs[index])) ** 2;
    all += weights[index] * (y - mean) ** 2;
    if (Math.abs(share) > Math.abs(worst.share)) {
      worst = { index, share };
    }
  }
  return { ...fit, r2: 1 - left / all, worst };
}

function weightedMean(values, weights) {
  let sum = 0;
  let weight = 0;
  for (const [i, value] of values.entries()) {
    sum += weights[i] * value;
    weight += weights[i];
  }
  return sum / weight;
}

module.exports = {
  fitLine,
  fitPower,
  fitStraightPart,
  nameOfLine,
  nameOfRatio,
  ratioOfExtremes,
};
