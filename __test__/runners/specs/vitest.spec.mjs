// What users' tests do, in Vitest.

import ccap, { render } from 'ccap-rs';
import { expect, test, vi } from 'vitest';

const options = { width: 100, height: 40, format: 'png' };

test('a result is an array of a text and a Buffer', async () => {
  for (const result of [ccap(options).get(), await ccap(options).getAsync()]) {
    expect(Array.isArray(result)).toBe(true);
    expect(result).toStrictEqual([expect.stringMatching(/^[2-9A-Z]{6}$/), expect.any(Buffer)]);
    expect(Buffer.isBuffer(result[1])).toBe(true);
    expect(result[1].toString('latin1', 1, 4)).toBe('PNG');
  }
});

test('errors are instances of what is global here', async () => {
  expect(() => ccap({ width: 5 })).toThrow(RangeError);
  expect(() => ccap({ width: [] })).toThrow(TypeError);
  expect(() => render('')).toThrow(RangeError);
  expect(() => ccap.configure({ maxIdle: 0 })).toThrow(RangeError);
  await expect(ccap({ generate: () => '' }).getAsync()).rejects.toThrow(RangeError);
});

test('errors have codes', () => {
  expect(() => ccap({ width: 5 })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
});

test('modules that are reset go on sharing caches', async () => {
  for (let i = 0; i < 20; i++) {
    vi.resetModules();
    const again = (await import('ccap-rs')).default;
    const before = ccap.stats();
    again(options).get();
    const after = ccap.stats();
    // Other threads draw too.
    expect(after.hits + after.misses).toBeGreaterThan(before.hits + before.misses);
  }
});

test('fake timers do not stop it', async () => {
  vi.useFakeTimers();
  expect(await ccap({ ...options, generate: () => 'ABC' }).getAsync()).toHaveLength(2);
  vi.useRealTimers();
});

test('generate can be a mock', () => {
  const generate = vi.fn(() => 'ABC');
  expect(ccap({ ...options, generate }).get()[0]).toBe('ABC');
  expect(generate).toHaveBeenCalledTimes(1);
});

test('the package can be mocked', async () => {
  vi.resetModules();
  vi.doMock('ccap-rs', () => ({ default: () => ({ get: () => ['ABC', Buffer.from('png')] }) }));
  expect((await import('ccap-rs')).default().get()[0]).toBe('ABC');
  vi.doUnmock('ccap-rs');
});
