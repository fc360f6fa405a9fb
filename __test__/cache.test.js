const { test } = require('node:test');
const { runChecked } = require('./helpers.js');

// The caches belong to the process, so each of these has a process of its own.

test('100,000 pictures from a cache that is refilled are distinct', () =>
  runChecked('never-twice.js', ['cache']));

test('100,000 pictures drawn on the spot are distinct', () =>
  runChecked('never-twice.js', ['inline']));

test('clearTimeout() keeps the pictures that are there, setTimeout() drops them', () =>
  runChecked('stopped.js'));

test('a cache is found by the value of its options', () => runChecked('by-value.js'));

test('configure() checks its arguments and changes nothing when one is wrong', () =>
  runChecked('configure.js', ['checkArguments']));

test('cacheSize is how many pictures are kept', () =>
  runChecked('configure.js', ['checkCacheSize']));

test('maxCaches drops the cache that was used least recently', () =>
  runChecked('configure.js', ['checkMaxCaches']));

test('styles that are asked for once take nothing from one that is asked for often', () =>
  runChecked('policy.js', ['oneOffs']));

test('65 styles in turn over 64 caches get their share', () => runChecked('policy.js', ['inTurn']));

test('maxBytes is never exceeded', () => runChecked('configure.js', ['checkMaxBytes']));

// Only glibc has to be told.
if (process.report?.getReport().header.glibcVersionRuntime) {
  test('a bound that is lowered gives memory back to the system', () =>
    runChecked('configure.js', ['checkMemory']));
}

test('maxIdle drops a cache that lies unused', () => runChecked('idle.js'));

test('stats() adds up', () => runChecked('stats.js'));

test('warm() fills a cache', () => runChecked('warm.js'));

test('getAsync() gives distinct pictures by the thousand', () => runChecked('get-async.js'));
