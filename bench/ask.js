'use strict';

const { once } = require('node:events');

/** Sends a message, if any, to a child process and waits for its next one. Fails when the process ends instead. */
async function ask(child, message) {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw ended(child, child.exitCode, child.signalCode);
  }
  const done = new AbortController();
  const { signal } = done;
  const answer = once(child, 'message', { signal });
  const end = once(child, 'exit', { signal }).then(([code, name]) => {
    throw ended(child, code, name);
  });
  // The one that is aborted below rejects when nobody waits for it any more.
  answer.catch(() => {});
  end.catch(() => {});
  if (message !== undefined) {
    // Fails when the process has ended already; then its end is what is to be told.
    child.send(message, () => {});
  }
  try {
    const [result] = await Promise.race([answer, end]);
    return result;
  } finally {
    done.abort();
  }
}

function ended(child, code, signal) {
  return new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${signal ?? `code ${code}`}`);
}

module.exports = ask;
