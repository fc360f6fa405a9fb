'use strict';

/**
 * The native side makes its errors, arrays and objects in Node's own realm. Code in another one, such as a test under Jest, does
 * not know them: `toThrow(RangeError)` and `toStrictEqual` would fail there. So they are made anew in the realm of this file.
 */
function adopt(binding) {
  const adopted = {};
  for (const [name, native] of Object.entries(binding)) {
    adopted[name] = (...args) => {
      try {
        return here(native(...args));
      } catch (error) {
        throw errorHere(error);
      }
    };
  }
  return adopted;
}

function here(value) {
  if (typeof value?.then === 'function') {
    return Promise.resolve(value).then(here, (error) => {
      throw errorHere(error);
    });
  }
  if (Array.isArray(value)) {
    return [...value];
  }
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
    ? { ...value }
    : value;
}

function errorHere({ name, message, code }) {
  const kinds = { RangeError, TypeError };
  const error = new (kinds[name] ?? Error)(message);
  return code === undefined ? error : Object.assign(error, { code });
}

module.exports = { adopt };
