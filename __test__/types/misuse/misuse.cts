// Wrong on purpose, a line each: that the compiler says so shows that the other files are checked.
import ccap = require('ccap-rs');

ccap({ widht: 128 });
ccap({ format: 'tiff' });
ccap().width = 128;
const text: number = ccap().get()[0];
ccap().get()[2];
ccap.render();
ccap.stats().unknown;
ccap.configure({ cacheSize: 'twenty', unknown: 1 });

export { text };
