'use strict';

const { fork } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { formatSection, formatSummary } = require('./report.js');

/**
 * Runs sections one after the other and prints each, and a summary of the targets.
 *
 * @param files The sections by name: files that export a function of the options.
 * @param options Passed to each section. With `json`, the name of a file, the numbers, notes, targets and tables are written there.
 * @returns The sections' results by name. One that crashed is missing, and sets the process's exit code.
 */
async function runSections(files, options) {
  const machine = describeMachine();
  console.log(`${machine.join(', ')}\n`);
  const sections = {};
  const targets = [];
  for (const [name, file] of Object.entries(files)) {
    try {
      const section = await runSection(file, options);
      sections[name] = section;
      targets.push(...section.rows.flatMap((row) => row.targets ?? []));
      console.log(`${formatSection(section)}\n`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`${name} crashed: ${error.message}\n`);
    }
  }
  if (targets.length > 0) {
    console.log(formatSummary(targets));
  }
  if (options.json) {
    const numbers = pick(sections, 'numbers');
    const tables = Object.fromEntries(
      Object.entries(sections).map(([name, { title, head, rows, notes }]) => {
        return [name, { title, head, rows: rows.map(({ cells }) => cells), notes }];
      }),
    );
    const result = { machine, sections: numbers, notes: pick(sections, 'notes'), targets, tables };
    writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return sections;
}

function pick(sections, property) {
  const entries = Object.entries(sections).map(([name, section]) => [name, section[property]]);
  return Object.fromEntries(entries);
}

function describeMachine() {
  const cpus = os.cpus();
  const model = cpus[0]?.model.trim() || 'unknown CPU';
  return [
    `Node.js ${process.version}`,
    `${process.platform} ${process.arch}`,
    model,
    `${cpus.length} cores`,
  ];
}

/** In a process of its own, so that none meets another one's heap, caches or compiled code. */
function runSection(file, options) {
  const child = fork(path.join(__dirname, 'run-section.js'), [file, JSON.stringify(options)]);
  return new Promise((resolve, reject) => {
    let section;
    child.once('message', (message) => {
      section = message;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 && section) {
        resolve(section);
      } else {
        reject(new Error(`its process ended with ${signal ?? `code ${code}`}`));
      }
    });
  });
}

module.exports = runSections;
