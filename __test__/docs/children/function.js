'use strict';

// The serverless function of the recipes, for a parent that sends it events, one at a time. The parent cannot read pictures, so
// with each reply it is told what the last one says.

const ccap = require('ccap-rs');
const { blocksOf } = require('../blocks.js');
const { execute } = require('../execute.js');

let text = '';
const { getAsync } = ccap.prototype;
ccap.prototype.getAsync = async function observed() {
  const picture = await getAsync.call(this);
  [text] = picture;
  return picture;
};

async function main() {
  const block = blocksOf('docs/recipes.md').find(({ code }) => code.includes('exports.handler'));
  const { exports } = await execute(block);
  process.on('message', async (event) => {
    process.send({ ...(await exports.handler(event)), text });
  });
  process.send('ready');
}

process.on('disconnect', () => process.exit());
main();
