'use strict';

// Loaded into every process of the service before anything else: its pictures all say the same, for the test to type.

const ccap = require('ccap');

require.cache[require.resolve('ccap')].exports = Object.assign(
  (style) => ccap({ ...style, generate: () => 'K7WPX2' }),
  ccap,
  { prototype: ccap.prototype },
);
