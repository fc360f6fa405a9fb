'use strict';

// Run by index.js, a process for each section: `run-section.js FILE OPTIONS`.

const [file, options] = process.argv.slice(2);

async function main() {
  const run = require(file);
  const section = await run(JSON.parse(options));
  process.send(section, () => process.disconnect());
}

main();
