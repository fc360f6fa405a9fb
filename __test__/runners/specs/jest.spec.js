// What users' tests do, in Jest: its globals are another realm's than Node's, and its modules are loaded anew for each file.

const ccap = require('ccap-rs');

const options = { width: 100, height: 40, format: 'png' };

test('a result is an array of a text and a Buffer', async () => {
  for (const result of [ccap(options).get(), await ccap(options).getAsync()]) {
    expect(Array.isArray(result)).toBe(true);
    expect(result).toHaveLength(2);
    expect(result).toStrictEqual([expect.stringMatching(/^[2-9A-Z]{6}$/), expect.any(Buffer)]);
    expect(Buffer.isBuffer(result[1])).toBe(true);
    expect(result[1].toString('latin1', 1, 4)).toBe('PNG');
  }
});

test('errors are instances of what is global here', async () => {
  expect(() => ccap({ width: 5 })).toThrow(RangeError);
  expect(() => ccap({ width: [] })).toThrow(TypeError);
  expect(() => ccap.render('')).toThrow(RangeError);
  expect(() => ccap.configure({ maxIdle: 0 })).toThrow(RangeError);
  await expect(ccap({ generate: () => '' }).getAsync()).rejects.toThrow(RangeError);
});

test('what stats() and configure() give are plain objects', () => {
  expect(ccap.configure({})).toStrictEqual({
    cacheSize: 20,
    maxCaches: 64,
    maxBytes: 32 * 1024 * 1024,
    maxIdle: 600,
  });
  expect(Object.getPrototypeOf(ccap.stats())).toBe(Object.prototype);
});

test('errors have codes', () => {
  expect(() => ccap({ width: 5 })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
});

test('modules that are reset give another function, and the same caches', () => {
  const before = ccap.stats();
  jest.resetModules();
  const again = require('ccap-rs');
  expect(again).not.toBe(ccap);
  again(options).get();
  const after = ccap.stats();
  // Other threads draw too.
  expect(after.hits + after.misses).toBeGreaterThan(before.hits + before.misses);

  jest.isolateModules(() => {
    const isolated = require('ccap-rs');
    expect(isolated).not.toBe(again);
    expect(isolated(options).get()).toHaveLength(2);
  });
});

test('the addon is loaded fifty times', () => {
  for (let i = 0; i < 50; i++) {
    jest.resetModules();
    expect(require('ccap-rs')(options).get()[0]).toHaveLength(6);
  }
});

test('fake timers do not stop it', async () => {
  jest.useFakeTimers();
  expect(await ccap({ ...options, generate: () => 'ABC' }).getAsync()).toHaveLength(2);
  expect(ccap(options).timerIsRunning()).toBe(1);
  jest.useRealTimers();
});

test('generate can be a mock', () => {
  const generate = jest.fn(() => 'ABC');
  expect(ccap({ ...options, generate }).get()[0]).toBe('ABC');
  expect(generate).toHaveBeenCalledTimes(1);
});

test('the package can be mocked', () => {
  jest.resetModules();
  jest.doMock('ccap-rs', () => () => ({ get: () => ['ABC', Buffer.from('png')] }));
  expect(require('ccap-rs')().get()[0]).toBe('ABC');
  jest.dontMock('ccap-rs');
});
