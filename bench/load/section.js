'use strict';

const { fork } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');

const ask = require('../ask.js');
const { median, spread } = require('../measure.js');
const { atLeast, atMost, count, kilobytes, megabytes } = require('../report.js');
const { micros, millis, percent, times } = require('../report.js');
const { contenders, emptyOf } = require('./contenders.js');

const WARMUP_SECONDS = 2;

async function run({ seconds, rounds, connections, verify }) {
  const client = start('client.js');
  const servers = Object.keys(contenders).map((name) => ({
    name,
    child: start('server.js', name),
    rounds: [],
  }));
  try {
    await Promise.all(
      servers.map(async (server) => {
        server.port = (await ask(server.child)).port;
      }),
    );
    for (let round = -1; round < rounds; round += 1) {
      for (let turn = 0; turn < servers.length; turn += 1) {
        const server = servers[(turn + round + 1) % servers.length];
        const length = round < 0 ? Math.min(WARMUP_SECONDS, seconds) : seconds / rounds;
        const result = await press(client, server, { connections, seconds: length });
        if (round >= 0) {
          server.rounds.push(result);
        }
      }
    }
    for (const server of servers.filter(({ name }) => !contenders[name].isReference)) {
      const { port } = server;
      server.verified = await ask(client, {
        command: 'verify',
        port,
        connections,
        requests: verify,
      });
    }
  } finally {
    for (const child of [client, ...servers.map((server) => server.child)]) {
      child.kill('SIGKILL');
    }
  }
  return report(servers, { seconds, rounds, connections });
}

function start(file, ...args) {
  const env = { ...process.env, NODE_ENV: 'production' };
  return fork(path.join(__dirname, file), args, { env, execArgv: [] });
}

async function press(client, server, options) {
  await ask(server.child, 'start');
  const load = await ask(client, { command: 'press', port: server.port, ...options });
  return { ...load, ...(await ask(server.child, 'stop')) };
}

function report(servers, scale) {
  const own = servers.map(({ name, rounds, verified }) => [name, numbersOf(rounds, verified)]);
  for (const [name, mine] of own) {
    const empty = own.find(([other]) => other === emptyOf(name))?.[1];
    if (empty !== undefined) {
      mine.overheadMicros = mine.cpuMicros - empty.cpuMicros;
      mine.rateOfEmpty = mine.perSecond / empty.perSecond;
    }
  }
  const numbers = { ...scale, contenders: Object.fromEntries(own) };
  const peers = own.filter(([name]) => !isOurs(name) && !contenders[name].isReference);
  const best = {
    perSecond: Math.max(...peers.map(([, peer]) => peer.perSecond)),
    p99: Math.min(...peers.map(([, peer]) => peer.latencyMs.p99)),
  };
  return {
    title:
      `Load: GET /captcha of a Koa app, ${scale.connections} connections that ask without a pause, ` +
      `${scale.seconds} s each in ${scale.rounds} rounds`,
    head: [
      ...['', 'requests/s', 'spread', 'p50', 'p99', 'loop p50', 'loop p99', 'loop max'],
      ...[
        'of empty',
        'cached',
        'CPU each',
        'over empty',
        'size',
        'RSS before',
        'after',
        'max',
        'distinct',
      ],
    ],
    rows: own.map(([name, mine]) => ({
      cells: row(name, mine),
      targets: isOurs(name) ? targetsOf(name, mine, best) : [],
    })),
    notes: [
      'p50, p99: the time to an answer, as the client sees it. Loop: how late a 1 ms timer of the server fired. Medians of the ' +
        'rounds; of "max", the highest.',
      'Cached: pictures that came from the cache; the others were drawn in the request. CPU each: processor time of the whole ' +
        'server, its threads included, for one request.',
      'As many bytes as: a handler that answers one picture of that library again and again, which is what Koa takes. Of empty: ' +
        'requests/s as a share of its; over empty: the processor time that is beyond its, which is the library.',
      `Distinct: pictures that differ, of ${count(own[0][1].verified.requests)} requests.`,
      `Client and server share ${os.cpus().length} cores.`,
    ],
    numbers,
  };
}

function numbersOf(rounds, verified = null) {
  const of = (pick) => median(rounds.map(pick));
  return {
    perSecond: of((round) => round.perSecond),
    spread: spread(rounds.map((round) => round.perSecond)),
    requests: rounds.reduce((sum, round) => sum + round.requests, 0),
    latencyMs: {
      p50: of((round) => round.latencyMs.p50),
      p99: of((round) => round.latencyMs.p99),
      max: Math.max(...rounds.map((round) => round.latencyMs.max)),
    },
    lateMs: {
      p50: of((round) => round.lateMs.p50),
      p99: of((round) => round.lateMs.p99),
      max: Math.max(...rounds.map((round) => round.lateMs.max)),
    },
    cpuMicros: of((round) => round.cpuMicros),
    hitShare: of((round) => round.hitShare),
    bytes: of((round) => round.bytes),
    rssBefore: rounds[0].rssBefore,
    rssAfter: rounds.at(-1).rssAfter,
    rssMax: Math.max(...rounds.map((round) => round.rssMax)),
    verified,
  };
}

function isOurs(name) {
  return name.startsWith('ccap-rs');
}

function row(name, own) {
  return [
    ...[name, count(own.perSecond), percent(own.spread)],
    ...[own.latencyMs.p50, own.latencyMs.p99].map(millis),
    ...[own.lateMs.p50, own.lateMs.p99, own.lateMs.max].map(millis),
    own.rateOfEmpty === undefined ? '' : percent(own.rateOfEmpty),
    isOurs(name) ? percent(own.hitShare) : '',
    micros(own.cpuMicros),
    own.overheadMicros === undefined ? '' : micros(own.overheadMicros),
    kilobytes(own.bytes),
    ...[own.rssBefore, own.rssAfter, own.rssMax].map(megabytes),
    own.verified ? count(own.verified.distinct) : '',
  ];
}

function targetsOf(name, own, best) {
  const { requests, distinct } = own.verified;
  return [
    {
      ...atLeast(`${name}, requests/s of the best peer`, own.perSecond / best.perSecond, 1, times),
      label: 'rate',
    },
    {
      ...atMost(`${name}, p99 of the best peer`, own.latencyMs.p99 / best.p99, 1, times),
      label: 'p99',
    },
    { ...atLeast(`${name}, distinct pictures`, distinct, requests, count), label: 'distinct' },
  ];
}

module.exports = run;
