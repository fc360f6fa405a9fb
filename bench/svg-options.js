'use strict';

/** What svg-captcha is to draw: as many letters as ours, in as large a picture. */
module.exports = { size: 6, width: 256, height: 60, noise: 3, color: true };
