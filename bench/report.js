'use strict';

const LINE = 118;

/** A target that is met by `limit` or more. `show` writes a number with its unit. */
function atLeast(name, value, limit, show) {
  return target(name, `>= ${show(limit)}`, show(value), value >= limit);
}

/** A target that is met by `limit` or less. */
function atMost(name, value, limit, show) {
  return target(name, `<= ${show(limit)}`, show(value), value <= limit);
}

function target(name, wanted, measured, met) {
  return { name, wanted, measured, met };
}

/** One section as text: its table, the targets beside the rows they are about, the notes below. */
function formatSection({ title, head, rows, notes }) {
  const table = rows.map(({ cells, targets = [] }) => [...cells, targets.map(verdict).join(', ')]);
  const below = notes.flatMap((note) => wrap(note).map((line) => `  ${line}`));
  return [title, ...formatTable([...head, 'targets'], table), ...below].join('\n');
}

/** The text in lines, between words. */
function wrap(text) {
  return text.match(new RegExp(`.{1,${LINE}}(?= |$)|\\S+`, 'g')).map((line) => line.trim());
}

function verdict({ label, wanted, met }) {
  return `${label ? `${label} ` : ''}${wanted} ${met ? 'met' : 'MISSED'}`;
}

function formatSummary(targets) {
  const rows = targets.map((t) => [t.name, t.wanted, t.measured, t.met ? 'yes' : 'NO']);
  return ['Summary', ...formatTable(['what', 'target', 'measured', 'met'], rows)].join('\n');
}

/** Lines of a table: the first and the last column to the left, the others to the right. */
function formatTable(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => {
    const cells = row.map((cell, column) => {
      const isText = column === 0 || column === row.length - 1;
      return isText ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

function micros(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)} µs`;
}

function millis(value) {
  return `${value.toFixed(1)} ms`;
}

function kilobytes(value) {
  return `${(value / 1024).toFixed(2)} KB`;
}

function megabytes(value) {
  return `${(value / 1024 ** 2).toFixed(1)} MB`;
}

function perSecond(value) {
  return `${count(value)}/s`;
}

function times(value) {
  return `${value.toFixed(2)}x`;
}

function percent(value) {
  return `${(value * 100).toFixed(0)}%`;
}

function signedPercent(value) {
  return `${value < 0 ? '' : '+'}${percent(value)}`;
}

module.exports = {
  atLeast,
  atMost,
  count,
  formatSection,
  formatSummary,
  kilobytes,
  megabytes,
  micros,
  millis,
  perSecond,
  percent,
  signedPercent,
  times,
};
