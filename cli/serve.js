'use strict';

const { once } = require('node:events');
const { createServer } = require('node:http');
const { createPlayground } = require('../playground/index.js');
const { Failure, UsageError, describe } = require('./errors.js');
const { readArgs, wholeNumber } = require('./flags.js');

const help = `Usage: ccap-rs serve [options]

Serves a page on which every option can be tried, until Ctrl-C.

Options:
  --port PORT  0 takes any free one (8125)
  --host HOST  the address to listen on (127.0.0.1: this machine alone)
  -h, --help   show this
`;

async function run(args) {
  const { values, positionals } = readArgs(args, {
    port: { type: 'string' },
    host: { type: 'string' },
  });
  if (positionals.length > 0) {
    throw new UsageError(`'${positionals[0]}' is too much: serve takes options alone`);
  }
  const port = wholeNumber('--port', values.port ?? '8125', 0, 65535);
  const host = values.host ?? '127.0.0.1';

  const server = createServer(createPlayground());
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw new Failure(`cannot listen on port ${port} of ${host}: ${describe(error)}`);
  }
  const { address, port: actual } = server.address();
  const name = address.includes(':') ? `[${address}]` : address;
  process.stdout.write(`Playground on http://${name}:${actual}/\n`);

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  server.close();
  // What is under way takes milliseconds; whoever holds a connection open is not waited for.
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 500).unref();
  await once(server, 'close');
}

module.exports = { help, run };
