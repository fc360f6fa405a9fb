'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const ccap = require('ccap-rs');
const { createChallenges, redisMarks } = require('ccap-rs/challenge');
const { MAX_BATCH } = require('../../challenge/redis-marks.js');
const { assertRangeError, assertTypeError, rejectionOf, thrownBy } = require('../helpers.js');
const { CLIENTS, PATIENT, TIMEOUT, connect, stubCaptcha } = require('./helpers.js');
const { REDIS_PROGRAMS, RedisServer, eventually, skipWithoutRedis } = require('../servers.js');

const skip = skipWithoutRedis();
const timeout = TIMEOUT;
const SECRET = 'a secret that several processes have';
const MINUTE = 60_000;

const servers = new Map(REDIS_PROGRAMS.map((program) => [program, new RedisServer({ program })]));
before(() => Promise.all([...servers.values()].map((server) => server.start())));
after(() => Promise.all([...servers.values()].map((server) => server.stop())));

/** One test for each server and client. */
function withEach(name, run) {
  for (const [program, server] of servers) {
    for (const kind of CLIENTS) {
      test(`${name}: ${kind.name}, ${program}`, { timeout }, async (t) => {
        await run(t, await connect(t, kind, server), server, kind);
      });
    }
  }
}

/** One test for each server, with a way to start others of its kind, and to send any command. */
function withServers(name, run) {
  for (const program of REDIS_PROGRAMS) {
    test(`${name}: ${program}`, { timeout }, async (t) => {
      await run(t, async (options) => {
        const server = await RedisServer.start(t, { program, ...options });
        return { server, ...(await commandsOf(t, server)) };
      });
    });
  }
}

async function commandsOf(t, server) {
  const kind = CLIENTS.find(({ name }) => name === 'redis5');
  const client = await connect(t, kind, server);
  const send = (...args) => client.sendCommand(args);
  return { client, send, marks: redisMarks(client, { timeout: PATIENT }) };
}

async function infoOf(send, section, name) {
  const [, value] = new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(await send('INFO', section));
  return value;
}

test('a Redis is there to test with', { skip }, () => {
  assert.ok(REDIS_PROGRAMS.includes('redis-server'));
  assert.ok(CLIENTS.length >= 3);
});

withEach('the whole way, between two processes', async (_t, client) => {
  const captcha = ccap();
  const texts = [];
  const observed = {
    async getAsync() {
      const picture = await captcha.getAsync();
      texts.push(picture[0]);
      return picture;
    },
  };
  const options = { captcha: observed, secret: SECRET };
  const start = () =>
    createChallenges({
      ...options,
      marks: redisMarks(client, { timeout: PATIENT }),
      timeout: PATIENT,
    });
  const [one, other] = [start(), start()];
  const ids = [];
  for (let i = 0; i < 4; i++) {
    ids.push((await one.issue()).id);
  }
  assert.equal(await other.verify(ids[0], texts[0].toLowerCase()), true);
  assert.equal(await other.verify(ids[0], texts[0]), false);
  assert.equal(await one.verify(ids[0], texts[0]), false);
  assert.equal(await other.verify(ids[1], '------'), false);
  assert.equal(await one.verify(ids[1], texts[1]), false);
  assert.equal(await one.verify(ids[2], undefined), false);
  assert.equal(await other.verify(ids[2], texts[2]), false);
  const all = await Promise.all(
    Array.from({ length: 100 }, (_, i) => (i % 2 ? one : other).verify(ids[3], texts[3])),
  );
  assert.equal(all.filter(Boolean).length, 1);
});

withEach('the marks themselves', async (_t, client) => {
  for (const prefix of [undefined, 'other:', '', 'ü '.repeat(128)]) {
    const marks = redisMarks(client, { prefix, timeout: String(PATIENT) });
    const chunk = `chunk ${Math.random()}`;
    const key = `${prefix ?? 'captcha:'}${chunk}`;
    assert.equal(await marks.mark(chunk, 5), undefined);
    assert.equal(await client.exists(key), 0);
    assert.equal(await marks.open(chunk, 8192, MINUTE), true);
    const pttl = await (client.pTTL ?? client.pttl).call(client, key);
    assert.ok(pttl > 0 && pttl <= MINUTE, `${pttl}`);
    for (const index of [0, 5, 8191]) {
      assert.equal(await marks.mark(chunk, index), true);
      assert.equal(await marks.mark(chunk, index), false);
    }
    // A chunk that is there is not made anew.
    assert.equal(await marks.open(chunk, 8192, MINUTE), false);
    assert.equal(await marks.mark(chunk, 5), false);
    await client.del(key);
    assert.equal(await marks.mark(chunk, 6), undefined);
  }
});

withEach('a chunk ends by the clock of the server', async (_t, client) => {
  const marks = redisMarks(client, { timeout: PATIENT });
  const chunk = `chunk ${Math.random()}`;
  await marks.open(chunk, 8192, 20.5);
  await eventually('it ends', async () => (await marks.mark(chunk, 0)) === undefined);
});

withEach('one command a picture, and one for thousands of them', async (_t, client) => {
  const { issue, verify } = createChallenges({
    captcha: stubCaptcha(),
    marks: redisMarks(client, { timeout: PATIENT }),
    timeout: PATIENT,
  });
  // So that the scripts are known.
  await verify((await issue()).id, 'abc12z');
  const count = 10_000;
  const ids = [];
  const before = await callsOf(client);
  for (let i = 0; i < count; i++) {
    ids.push((await issue()).id);
  }
  const issued = await callsOf(client);
  assert.ok(issued - before <= 2 && (issued - before) / count < 0.001, `${issued - before}`);
  for (const id of ids.slice(0, 100)) {
    assert.equal(await verify(id, 'abc12z'), true);
  }
  const tried = await callsOf(client);
  assert.equal(tried - issued, 100);
  // Those that come together go together.
  const results = await Promise.all(ids.slice(0, 1000).map((id) => verify(id, 'abc12z')));
  assert.deepEqual(
    results,
    results.map((_, i) => i >= 100),
  );
  const commands = (await callsOf(client)) - tried;
  assert.ok(commands >= 1000 / MAX_BATCH && commands <= 20, `${commands}`);
});

withEach('tries that go together are each told what they are', async (_t, client) => {
  const marks = redisMarks(client, { timeout: PATIENT });
  const [one, other] = [`one ${Math.random()}`, `other ${Math.random()}`];
  await Promise.all([one, other].map((chunk) => marks.open(chunk, 8192, MINUTE)));
  const all = [];
  for (let i = 0; i < 3 * MAX_BATCH; i++) {
    // Each twice in a row, and of the one chunk a part that the other does not have; the last is of none.
    all.push([one, i], [other, i % MAX_BATCH], [one, i], [`none ${one}`, i]);
  }
  const tries = await Promise.all(all.map(([chunk, index]) => marks.mark(chunk, index)));
  const seen = new Set();
  for (const [i, [chunk, index]] of all.entries()) {
    const isFirst = chunk.startsWith('none') ? undefined : !seen.has(`${chunk} ${index}`);
    seen.add(`${chunk} ${index}`);
    assert.equal(tries[i], isFirst, `${i}`);
  }
});

/** Scripts that clients have run: each is one command. */
async function callsOf(client) {
  const info = await client.info('commandstats');
  let calls = 0;
  for (const [, count] of info.matchAll(/^cmdstat_(?:eval|evalsha):calls=(\d+)/gm)) {
    calls += Number(count);
  }
  return calls;
}

withEach('scripts that the server forgot are sent again', async (_t, client) => {
  const marks = redisMarks(client, { timeout: PATIENT });
  const chunk = `chunk ${Math.random()}`;
  await marks.open(chunk, 8192, MINUTE);
  for (let index = 0; index < 3; index++) {
    await (client.scriptFlush?.() ?? client.script('FLUSH'));
    assert.equal(await marks.mark(chunk, index), true);
    assert.equal(await marks.mark(chunk, index), false);
  }
});

withEach(
  'a key that is something else is an error or gone, and lets nobody in',
  async (_t, client) => {
    const marks = redisMarks(client, { timeout: PATIENT });
    const chunk = `chunk ${Math.random()}`;
    await (client.lPush ?? client.lpush).call(client, `captcha:${chunk}`, 'abc12z');
    assert.match((await rejectionOf(marks.mark(chunk, 0))).message, /WRONGTYPE/);
    for (const value of ['', 'a', 'a'.repeat(40), '.'.repeat(40), '%x'.repeat(20)]) {
      await client.set(`captcha:${chunk}`, value);
      assert.equal(await marks.mark(chunk, 0), undefined);
    }
  },
);

withServers(
  'a server that is started anew, from nothing or an old file, knows no chunk',
  async (_t, start) => {
    const { server, send, marks } = await start();
    await marks.open('a', 8192, 10 * MINUTE);
    await send('SAVE');
    assert.equal(await marks.mark('a', 1), true);
    await server.stop();
    await server.start();
    // Its file has the chunk, without the mark.
    await eventually('it is there', () => send('PING'));
    assert.equal(await send('EXISTS', 'captcha:a'), 1);
    assert.equal(await send('GETBIT', 'captcha:a', String(320 + 1)), 0);
    assert.equal(await marks.mark('a', 1), undefined);
    assert.equal(await marks.mark('a', 2), undefined);
    await send('FLUSHALL');
    assert.equal(await marks.mark('a', 1), undefined);
    await marks.open('b', 8192, MINUTE);
    assert.equal(await marks.mark('b', 1), true);
  },
);

withServers(
  'a replica that becomes the master knows no chunk, nor does one that was it before',
  async (_t, start) => {
    const [a, b] = [await start(), await start()];
    const follow = async (one, other) => {
      await one.send('REPLICAOF', '127.0.0.1', String(other.server.port));
      await eventually('it follows', async () => {
        return (await infoOf(one.send, 'replication', 'master_link_status')) === 'up';
      });
    };
    await follow(b, a);
    await a.marks.open('c', 8192, 10 * MINUTE);
    await eventually('b has it', async () => (await b.send('EXISTS', 'captcha:c')) === 1);

    // A replica takes no marks, not even one that may be written to.
    await b.send('CONFIG', 'SET', 'replica-read-only', 'no');
    assert.equal(await b.marks.mark('c', 1), undefined);

    // b becomes the master before it has the mark.
    await b.send('REPLICAOF', 'NO', 'ONE');
    assert.equal(await a.marks.mark('c', 1), true);
    assert.equal(await b.marks.mark('c', 1), undefined);
    assert.equal(await b.marks.mark('c', 2), undefined);

    // And back again: a has lost its marks to b's data. It is the same process, with the same run ID.
    const run = await infoOf(a.send, 'server', 'run_id');
    await follow(a, b);
    await a.send('REPLICAOF', 'NO', 'ONE');
    assert.equal(await infoOf(a.send, 'server', 'run_id'), run);
    assert.equal(await a.send('EXISTS', 'captcha:c'), 1);
    assert.equal(await a.send('GETBIT', 'captcha:c', String(320 + 1)), 0);
    assert.equal(await a.marks.mark('c', 1), undefined);

    // New chunks are good again.
    await a.marks.open('d', 8192, MINUTE);
    assert.equal(await a.marks.mark('d', 1), true);
    assert.equal(await a.marks.mark('d', 1), false);
  },
);

withServers('a replica opens no chunk', async (_t, start) => {
  const [a, b] = [await start(), await start()];
  await a.marks.open('a', 8192, MINUTE);
  await b.send('REPLICAOF', '127.0.0.1', String(a.server.port));
  // With its first replica a server begins a new history, as Redis has it.
  await eventually('what was open is lost', async () => {
    return (await a.marks.mark('a', 1)) === undefined;
  });
  await b.send('CONFIG', 'SET', 'replica-read-only', 'no');
  const error = await rejectionOf(b.marks.open('a', 8192, MINUTE));
  assert.match(error.message, /which run of it this is|MASTERDOWN|READONLY/);
});

withServers(
  'a full server that evicts nothing is an error, and lets nobody in',
  async (_t, start) => {
    const { client, send, marks } = await start();
    const { issue, verify } = createChallenges({ captcha: stubCaptcha(), marks, timeout: PATIENT });
    const { id } = await issue();
    await send('CONFIG', 'SET', 'maxmemory', '1');
    const error = await rejectionOf(verify(id, 'abc12z'));
    assert.equal(error.code, 'ERR_CHALLENGE_STORE');
    assert.match(error.cause.message, /OOM/);
    await send('CONFIG', 'SET', 'maxmemory', '0');
    assert.equal(await verify(id, 'abc12z'), true);
    assert.ok(client.isOpen);
  },
);

withServers('the processes of a cluster of servers share them too', async (t, start) => {
  const args = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  const { server, send } = await start({ args });
  // A cluster of one, which has all of the slots.
  await send('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await eventually('the cluster is up', async () => {
    return /cluster_state:ok/.test(await send('CLUSTER', 'INFO'));
  });
  const node = { host: '127.0.0.1', port: server.port };
  for (const { name } of CLIENTS) {
    let client;
    if (name.startsWith('ioredis')) {
      client = new (require(name).Cluster)([node]);
      client.on('error', () => {});
      t.after(() => client.disconnect());
    } else {
      client = require(name).createCluster({ rootNodes: [{ socket: node }] });
      client.on('error', () => {});
      await client.connect();
      t.after(() => (client.destroy ? client.destroy() : client.disconnect()));
    }
    const marks = redisMarks(client, { timeout: PATIENT });
    const { issue, verify } = createChallenges({ captcha: stubCaptcha(), marks, timeout: PATIENT });
    const { id } = await issue();
    assert.equal(await verify(id, 'abc12z'), true, name);
    assert.equal(await verify(id, 'abc12z'), false, name);
  }
});

withServers(
  'a server that hangs is an error in time, and the picture counts as tried',
  async (t, start) => {
    const { server, client, marks: patient } = await start();
    const impatient = redisMarks(client, { timeout: 20 });
    for (const [marks, options, code, cause] of [
      [impatient, { timeout: PATIENT }, 'ERR_CHALLENGE_STORE', 'ETIMEDOUT'],
      [patient, { timeout: 20 }, 'ERR_CHALLENGE_TIMEOUT', undefined],
    ]) {
      const shared = { captcha: stubCaptcha(), secret: SECRET };
      const issuer = createChallenges({ ...shared, marks: patient, timeout: PATIENT });
      const hasty = createChallenges({ ...shared, marks, ...options });
      const { id } = await issuer.issue();
      server.signal('SIGSTOP');
      const error = await rejectionOf(hasty.verify(id, 'abc12z'));
      server.signal('SIGCONT');
      assert.equal(error.code, code);
      assert.equal(error.cause?.code, cause);
      // What was given up arrives all the same.
      assert.equal(await issuer.verify(id, 'abc12z'), false);
      assert.equal(await hasty.verify(id, 'abc12z'), false);
    }
    t.diagnostic('both deadlines were met');
  },
);

test('bad arguments are refused before any command', () => {
  for (const client of [
    undefined,
    null,
    'redis://127.0.0.1',
    {},
    { eval() {} },
    { evalsha() {} },
  ]) {
    assert.throws(() => redisMarks(client), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /^The "client" argument must be a client made by redis or ioredis\. Received /,
    });
  }
  const client = { eval: async () => 1, evalsha: async () => 1 };
  assertTypeError(
    thrownBy(() => redisMarks(client, { prefix: 5 })),
    'The "prefix" option must be of type string. Received type number (5)',
  );
  assertRangeError(
    thrownBy(() => redisMarks(client, { timeout: 0 })),
    'The value of "timeout" is out of range. It must be >= 1 && <= 600000. Received 0',
  );
  assert.throws(() => redisMarks(client, { max: 5 }), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('replies of other kinds: numbers as strings count, anything else does not', async () => {
  for (const [reply, marked] of [
    [[0], true],
    [['0'], true],
    [[1], false],
    [['1'], false],
    [[null], false],
    [[''], false],
    [[false], false],
    [[[]], false],
    [[undefined], false],
    [['OK'], false],
    [[{}], false],
    [[2], false],
    [[], undefined],
    [[0, 0], undefined],
    [null, undefined],
    [0, undefined],
    ['0', undefined],
    [{ 0: 0, length: 1 }, undefined],
  ]) {
    const marks = redisMarks({ eval: async () => reply, evalsha: async () => reply });
    assert.equal(await marks.mark('a', 0), marked, JSON.stringify(reply));
  }
  for (const [reply, opened] of [
    [1, true],
    ['1', true],
    [0, false],
    [null, false],
    ['OK', false],
  ]) {
    const marks = redisMarks({ eval: async () => reply, evalsha: async () => reply });
    assert.equal(await marks.open('a', 8192, MINUTE), opened);
  }
  const broken = redisMarks({ eval: () => 1, evalsha: () => 1 });
  assert.equal((await rejectionOf(broken.mark('a', 0))).code, 'ERR_INVALID_ARG_TYPE');
});
