'use strict';

const WIDTH = 680;
const HEIGHT = 420;
const PLOT = { left: 78, right: 640, top: 78, bottom: 362 };
const INK = '#24292f';
const SOFT = '#57606a';
const GRID = '#d8dee4';
// Told apart by people who see colours differently too (Okabe and Ito), and by the shapes of their points.
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#aa4499', '#7a5c00'];
const SHAPES = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="4"/>`,
  (x, y) => `<rect x="${round(x - 3.6)}" y="${round(y - 3.6)}" width="7.2" height="7.2"/>`,
  (x, y) => `<path d="M${x} ${round(y - 5)}l4.8 8.4h-9.6z"/>`,
  (x, y) => `<path d="M${x} ${round(y - 5.2)}l5.2 5.2-5.2 5.2-5.2-5.2z"/>`,
  (x, y) => `<path d="M${round(x - 4.6)} ${round(y - 4)}h9.2l-4.6 8.2z"/>`,
];

/**
 * A line chart as an SVG file.
 *
 * @param chart `title` and `description` for those who do not see it; `x` and `y`, each with a `label` that names the unit, a
 *   `scale` ('linear', from 0 unless `least` says otherwise, or 'log') and, if wanted, its own `ticks` as [value, label];
 *   `series`, each with a `name` and its `points` as [x, y], `isFit` being a thin dashed line without points in the colour of
 *   the series before it; and `marks`, vertical lines at `x` with a `label`.
 */
function drawChart({ title, description, x, y, series, marks = [] }) {
  const points = series.flatMap((one) => one.points);
  const across = axis(
    x,
    points.map((point) => point[0]),
    PLOT.left,
    PLOT.right,
  );
  const up = axis(
    y,
    points.map((point) => point[1]),
    PLOT.bottom,
    PLOT.top,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="13" fill="${INK}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${PLOT.left}" y="26" font-size="16" font-weight="600">${escaped(title)}</text>`,
    ...gridLines(across, up),
    ...axisTitles(x, y),
    ...marks.flatMap((mark) => drawMark(mark, across)),
    ...drawSeries(series, across, up),
    ...legend(series),
    '</svg>',
    '',
  ].join('\n');
}

/** Where values lie, and which of them are written on the axis. */
function axis({ scale, least = 0, ticks }, values, start, end) {
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const isLog = scale === 'log';
  const own = ticks ?? (isLog ? logTicks(lowest, highest) : linearTicks(least, highest));
  const [from, to] = isLog
    ? [Math.min(lowest, own[0][0]), Math.max(highest, own.at(-1)[0])]
    : [least, Math.max(highest, own.at(-1)[0])];
  const measure = isLog ? Math.log : (value) => value;
  const place = (value) =>
    round(
      start + ((measure(value) - measure(from)) / (measure(to) - measure(from))) * (end - start),
    );
  return { place, ticks: own };
}

function logTicks(lowest, highest) {
  const digits = highest / lowest > 2000 ? [1] : highest / lowest > 200 ? [1, 3] : [1, 2, 5];
  const ticks = [];
  for (
    let power = Math.floor(Math.log10(lowest));
    power <= Math.ceil(Math.log10(highest));
    power += 1
  ) {
    ticks.push(...digits.map((digit) => Number(`${digit}e${power}`)));
  }
  const first = ticks.findLastIndex((tick) => tick <= lowest * 1.001);
  const last = ticks.findIndex((tick) => tick >= highest * 0.999);
  return ticks.slice(Math.max(first, 0), last + 1).map((tick) => [tick, shortNumber(tick)]);
}

function linearTicks(least, highest) {
  const rough = (highest - least) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((size) => size >= rough);
  const ticks = [];
  for (let i = 0; least + (i - 1) * step < highest; i += 1) {
    const tick = Number((least + i * step).toPrecision(10));
    ticks.push([tick, shortNumber(tick)]);
  }
  return ticks;
}

function shortNumber(value) {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

function gridLines(across, up) {
  const rows = up.ticks.map(([value]) => `M${PLOT.left} ${up.place(value)}H${PLOT.right}`);
  const columns = across.ticks.map(
    ([value]) => `M${across.place(value)} ${PLOT.top}V${PLOT.bottom}`,
  );
  return [
    `<path d="${[...rows, ...columns].join('')}" stroke="${GRID}" fill="none"/>`,
    `<path d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}" stroke="${SOFT}" fill="none"/>`,
    `<g fill="${SOFT}" text-anchor="end">`,
    ...up.ticks.map(
      ([value, label]) =>
        `<text x="${PLOT.left - 8}" y="${round(up.place(value) + 4.5)}">${escaped(label)}</text>`,
    ),
    '</g>',
    `<g fill="${SOFT}" text-anchor="middle">`,
    ...across.ticks.map(
      ([value, label]) =>
        `<text x="${across.place(value)}" y="${PLOT.bottom + 19}">${escaped(label)}</text>`,
    ),
    '</g>',
  ];
}

function axisTitles(x, y) {
  const middle = (PLOT.left + PLOT.right) / 2;
  const height = (PLOT.top + PLOT.bottom) / 2;
  return [
    `<text x="${middle}" y="${HEIGHT - 14}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text transform="translate(18 ${height}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
  ];
}

/** A label left of its line where it would leave the picture on the right. */
function drawMark({ x, label }, across) {
  const at = across.place(x);
  const isLate = at > (PLOT.left + PLOT.right) * 0.6;
  const text = `x="${round(at + (isLate ? -6 : 6))}" y="${PLOT.top + 14}"`;
  return [
    `<path d="M${at} ${PLOT.top}V${PLOT.bottom}" stroke="${SOFT}" stroke-dasharray="2 3"/>`,
    `<text ${text} fill="${SOFT}" font-size="12"${isLate ? ' text-anchor="end"' : ''}>${escaped(label)}</text>`,
  ];
}

function drawSeries(series, across, up) {
  return styled(series).flatMap(({ points, isFit, color, shape }) => {
    const places = points.map(([x, y]) => [across.place(x), up.place(y)]);
    const line = `M${places.map((place) => place.join(' ')).join('L')}`;
    if (isFit) {
      return `<path d="${line}" fill="none" stroke="${color}" stroke-width="1.3" stroke-dasharray="5 4"/>`;
    }
    return [
      `<path d="${line}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>`,
      `<g fill="${color}">${places.map(([x, y]) => shape(x, y)).join('')}</g>`,
    ];
  });
}

function legend(series) {
  let left = PLOT.left;
  return styled(series).flatMap(({ name, isFit, color, shape }) => {
    const start = left;
    // A guess at the width of the letters: they are set by whatever font the reader has.
    left += 48 + name.length * 6.9;
    return [
      `<path d="M${start} 53h26" stroke="${color}" stroke-width="${isFit ? 1.3 : 2}"${isFit ? ' stroke-dasharray="5 4"' : ''}/>`,
      ...(isFit ? [] : [`<g fill="${color}">${shape(start + 13, 53)}</g>`]),
      `<text x="${round(start + 32)}" y="57.5">${escaped(name)}</text>`,
    ];
  });
}

/** Each with its colour and shape; a fit has those of the series that it is about. */
function styled(series) {
  let place = -1;
  return series.map((one) => {
    if (!one.isFit) {
      place += 1;
    }
    return { ...one, color: COLORS[place % COLORS.length], shape: SHAPES[place % SHAPES.length] };
  });
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

module.exports = drawChart;
