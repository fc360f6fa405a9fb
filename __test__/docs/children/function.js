'use strict';

// The serverless function of the recipes, for a parent that sends it events, one at a time.

const { blocksOf } = require('../blocks.js');
const { execute } = require('../execute.js');

async function main() {
  const block = blocksOf('docs/recipes.md').find(({ code }) => code.includes('exports.handler'));
  const { exports } = await execute(block);
  process.on('message', async (event) => {
    process.send(await exports.handler(event));
  });
  process.send('ready');
}

process.on('disconnect', () => process.exit());
main();
