'use strict';

/** What a handler that calls `ccap(style)` in each request passes: every time a new object. */
function freshStyle() {
  return { width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 };
}

module.exports = freshStyle;
