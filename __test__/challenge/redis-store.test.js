'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const ccap = require('ccap-rs');
const { createChallenges, redisStore } = require('ccap-rs/challenge');
const { assertRangeError, assertTypeError, rejectionOf, thrownBy } = require('../helpers.js');
const { CLIENTS, PATIENT, TIMEOUT, connect, stubCaptcha } = require('./helpers.js');
const {
  REDIS_PROGRAMS,
  RecordingStore,
  RedisServer,
  eventually,
  skipWithoutRedis,
} = require('../servers.js');

const skip = skipWithoutRedis();

const timeout = TIMEOUT;

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

test('a Redis is there to test with', { skip }, () => {
  assert.ok(REDIS_PROGRAMS.includes('redis-server'));
  assert.ok(CLIENTS.length >= 3);
});

withEach('the whole way', async (_t, client) => {
  const store = new RecordingStore(redisStore(client, { timeout: PATIENT }));
  for (const secret of [undefined, 'a secret of some length']) {
    const texts = [];
    const captcha = ccap();
    const challenges = createChallenges({
      captcha: {
        async getAsync() {
          const picture = await captcha.getAsync();
          texts.push(picture[0]);
          return picture;
        },
      },
      store,
      secret,
    });
    const ids = [];
    for (let i = 0; i < 4; i++) {
      ids.push((await challenges.issue()).id);
    }
    const { verify } = challenges;
    assert.equal(await client.get(`captcha:${ids[0]}`), store.answers.get(ids[0]));
    assert.equal(store.answers.get(ids[0]) === texts[0], secret === undefined);
    assert.equal(await verify(ids[0], texts[0].toLowerCase()), true);
    assert.equal(await verify(ids[0], texts[0]), false);
    assert.equal(await verify(ids[1], '------'), false);
    assert.equal(await client.exists(`captcha:${ids[1]}`), 0);
    assert.equal(await verify(ids[1], texts[1]), false);
    assert.equal(await verify(ids[2], undefined), false);
    assert.equal(await verify(ids[2], texts[2]), false);
    assert.equal(await verify('A'.repeat(22), texts[3]), false);
    const all = await Promise.all(Array.from({ length: 100 }, () => verify(ids[3], texts[3])));
    assert.equal(all.filter(Boolean).length, 1);
  }
});

withEach('the store itself', async (_t, client) => {
  for (const prefix of [undefined, 'other:', '', 'ü '.repeat(128)]) {
    const store = redisStore(client, { prefix, timeout: String(PATIENT) });
    assert.equal(await store.take('a'), undefined);
    assert.equal(await store.set('a', 'ANSWER é', 60_000), undefined);
    assert.equal(await client.get(`${prefix ?? 'captcha:'}a`), 'ANSWER é');
    assert.equal(await store.take('a'), 'ANSWER é');
    assert.equal(await store.take('a'), undefined);
  }
});

withEach("answers expire by the server's clock", async (t, client) => {
  const store = redisStore(client, { timeout: PATIENT });
  const captcha = stubCaptcha();
  const day = createChallenges({ captcha, store, ttl: 86_400_000 });
  const moment = createChallenges({ captcha, store, ttl: 50 });
  const kept = await day.issue();
  const pttl = await (client.pTTL ?? client.pttl).call(client, `captcha:${kept.id}`);
  assert.ok(pttl > 0 && pttl <= 86_400_000, `PTTL ${pttl}`);

  const { id } = await moment.issue();
  const key = `captcha:${id}`;
  await eventually('it expires', async () => (await client.exists(key)) === 0);
  // A client whose own clock says otherwise, both ways.
  const { now } = Date;
  t.after(() => {
    Date.now = now;
  });
  Date.now = () => now() - 3_600_000;
  assert.equal(await moment.verify(id, 'abc12z'), false);
  Date.now = () => now() + 10 * 86_400_000;
  assert.equal(await day.verify(kept.id, 'abc12z'), true);
});

withEach('a value that is no string is an error with its cause', async (_t, client) => {
  const { verify } = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore(client, { timeout: PATIENT }),
  });
  const id = 'B'.repeat(22);
  await (client.lPush ?? client.lpush).call(client, `captcha:${id}`, 'abc12z');
  const error = await rejectionOf(verify(id, 'abc12z'));
  assert.equal(error.code, 'ERR_CHALLENGE_STORE');
  assert.match(error.cause.message, /WRONGTYPE/);
});

withEach(
  'a client that is closed before a command is out is an error in time',
  async (_t, _client, server, kind) => {
    const { client: own, close } = await kind.connect(kind.name, server.port);
    const store = redisStore(own, { timeout: 500 });
    const settled = Promise.allSettled([store.set('a', 'A', 1000), store.take('a')]);
    await close();
    // Whatever became of them: they settle.
    assert.equal((await settled).length, 2);
    await rejectionOf(store.take('a'));
  },
);

withEach('a closed client is an error', async (_t, client, server, kind) => {
  const { client: own, close } = await kind.connect(kind.name, server.port);
  const { issue, verify } = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore(own, { timeout: PATIENT }),
  });
  const { id } = await issue();
  await close();
  assert.equal((await rejectionOf(verify(id, 'abc12z'))).code, 'ERR_CHALLENGE_STORE');
  assert.equal((await rejectionOf(issue())).code, 'ERR_CHALLENGE_STORE');
  const other = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore(client, { timeout: PATIENT }),
  });
  assert.equal(await other.verify(id, 'abc12z'), true);
});

for (const kind of CLIENTS.filter(({ name }) => name === 'redis' || name === 'redis5')) {
  test(`a client that replies with Buffers: ${kind.name}`, { skip, timeout }, async (t) => {
    const client = await connect(t, kind, servers.get(REDIS_PROGRAMS[0]));
    const { RESP_TYPES } = require(kind.name);
    const mapped = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const { issue, verify } = createChallenges({
      captcha: stubCaptcha('Été 12'),
      store: redisStore(mapped, { timeout: PATIENT }),
    });
    const { id } = await issue();
    assert.ok(Buffer.isBuffer(await mapped.get(`captcha:${id}`)));
    assert.equal(await verify(id, 'été 12'), true);
    assert.equal(await verify(id, 'été 12'), false);
  });
}

for (const program of REDIS_PROGRAMS) {
  test(`clients of a cluster: ${program}`, { timeout }, async (t) => {
    const args = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
    const server = await RedisServer.start(t, { program, args });
    const single = await connect(t, CLIENTS[0], server);
    // A cluster of one, which has all of the slots.
    const slots = Array.from({ length: 16_384 }, (_, slot) => String(slot));
    await single.sendCommand(['CLUSTER', 'ADDSLOTS', ...slots]);
    await eventually('the cluster is up', async () => {
      return /cluster_state:ok/.test(await single.sendCommand(['CLUSTER', 'INFO']));
    });
    const node = { host: '127.0.0.1', port: server.port };
    for (const { name } of CLIENTS) {
      let client;
      if (name.startsWith('ioredis')) {
        client = new (require(name).Cluster)([node]);
        t.after(() => client.disconnect());
      } else {
        client = require(name).createCluster({ rootNodes: [{ socket: node }] });
        client.on('error', () => {});
        await client.connect();
        t.after(() => (client.destroy ? client.destroy() : client.disconnect()));
      }
      const store = redisStore(client, { timeout: PATIENT });
      const { issue, verify } = createChallenges({ captcha: stubCaptcha(), store });
      for (let i = 0; i < 20; i++) {
        const { id } = await issue();
        const tries = await Promise.all([verify(id, 'abc12z'), verify(id, 'abc12z')]);
        assert.deepEqual(tries.sort(), [false, true], name);
      }
    }
  });
}

test('bad arguments are refused', () => {
  const client = { set: async () => 'OK', getDel: async () => null };
  for (const [wrong, received] of [
    [undefined, 'undefined'],
    [null, 'null'],
    ['redis://127.0.0.1', 'type string ("redis://127.0.0....")'],
    [{}, 'an object'],
    [new Map(), 'an object'],
    [{ set() {} }, 'an object'],
    [() => {}, 'a function'],
  ]) {
    assertTypeError(
      thrownBy(() => redisStore(wrong)),
      `The "client" argument must be a client made by redis or ioredis. Received ${received}`,
    );
  }
  for (const bad of [0, -5, 600_001, Number.NaN]) {
    assertRangeError(
      thrownBy(() => redisStore(client, { timeout: bad })),
      `The value of "timeout" is out of range. It must be >= 1 && <= 600000. Received ${bad}`,
    );
  }
  assertTypeError(
    thrownBy(() => redisStore(client, { prefix: 5 })),
    'The "prefix" option must be of type string. Received type number (5)',
  );
  assertRangeError(
    thrownBy(() => redisStore(client, { prefix: 'a'.repeat(257) })),
    'The value of "prefix" is out of range. It must be at most 256 letters long. ' +
      'Received "aaaaaaaaaaaaaaaa..."',
  );
  assert.throws(() => redisStore(client, { prefx: '' }), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('a client with callbacks instead of promises is an error, not a silent loss', async () => {
  const store = redisStore({ set: () => true, getdel: () => true });
  const message =
    "The value returned by the client's command must be a promise. Received type boolean (true)";
  assertTypeError(await rejectionOf(store.set('a', 'A', 1000)), message);
  assertTypeError(await rejectionOf(store.take('a')), message);
});

test('a command that is never replied to is given up', async () => {
  const never = new Promise(() => {});
  const { issue, verify } = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore({ set: () => never, getDel: () => never }, { timeout: 5 }),
  });
  for (const error of [
    await rejectionOf(issue()),
    await rejectionOf(verify('A'.repeat(22), 'a')),
  ]) {
    assert.equal(error.code, 'ERR_CHALLENGE_STORE');
    assert.equal(error.cause.code, 'ETIMEDOUT');
    assert.equal(error.cause.message, 'Redis did not reply within 5 ms');
  }
});

test('of two deadlines the one that is over first holds', async () => {
  const never = new Promise(() => {});
  const client = { set: () => never, getDel: () => never };
  const ours = (timeout) => redisStore(client, { timeout });
  const wrapped = (store) => ({
    set: (...args) => store.set(...args),
    take: (...args) => store.take(...args),
  });
  for (const [store, timeout, code] of [
    [ours(5), PATIENT, 'ERR_CHALLENGE_STORE'],
    [ours(5), 5, 'ERR_CHALLENGE_STORE'],
    [ours(PATIENT), 5, 'ERR_CHALLENGE_TIMEOUT'],
    [ours(6), 5, 'ERR_CHALLENGE_TIMEOUT'],
    // Whatever is put around a store of ours may take its own time.
    [wrapped(ours(5)), PATIENT, 'ERR_CHALLENGE_STORE'],
    [wrapped(ours(PATIENT)), 5, 'ERR_CHALLENGE_TIMEOUT'],
    [{ ...ours(5), take: () => never }, 20, 'ERR_CHALLENGE_TIMEOUT'],
  ]) {
    const { verify } = createChallenges({ captcha: stubCaptcha(), store, timeout });
    const id = 'A'.repeat(22);
    assert.equal((await rejectionOf(verify(id, 'a'))).code, code);
    if (code === 'ERR_CHALLENGE_TIMEOUT') {
      assert.equal(await verify(id, 'a'), false);
    }
  }
});

test('what ioredis is told in one turn of the event loop goes out at its end, together', async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const events = [];
  const streamOf = (name) => ({
    cork: () => events.push(`${name} cork`),
    uncork: () => events.push(`${name} uncork`),
  });
  const client = {
    stream: streamOf('first'),
    set: async (key) => events.push(`set ${key}`),
    async getdel(key) {
      events.push(`getdel ${key}`);
      return null;
    },
  };
  const store = redisStore(client, { prefix: '' });
  const told = [store.set('a', 'A', 1000), store.take('b'), store.set('c', 'C', 1000)];
  // Connected again in the same turn: what was held back goes out where it was.
  client.stream = streamOf('second');
  await Promise.all([...told, store.take('d')]);
  await turn();
  assert.deepEqual(events.splice(0), [
    'first cork',
    ...['set a', 'getdel b', 'set c', 'getdel d'],
    'first uncork',
  ]);
  await store.take('e');
  await turn();
  assert.deepEqual(events.splice(0), ['second cork', 'getdel e', 'second uncork']);
  // Not connected yet, or no longer, or a client that has none.
  for (const stream of [undefined, null, {}]) {
    client.stream = stream;
    await store.take('f');
  }
  assert.deepEqual(events, ['getdel f', 'getdel f', 'getdel f']);
});

test('a command that throws leaves nothing held back', async () => {
  let corked = 0;
  const stream = {
    cork() {
      corked += 1;
    },
    uncork() {
      corked -= 1;
    },
  };
  const thrown = new Error('no such command');
  const getdel = () => {
    throw thrown;
  };
  const store = redisStore({ stream, set: getdel, getdel });
  assert.equal(await rejectionOf(store.take('a')), thrown);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(corked, 0);
});

test('a reply that comes late counts for nothing', async () => {
  const replies = [];
  const getDel = () => new Promise((resolve) => replies.push(resolve));
  const { verify } = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore({ set: async () => 'OK', getDel }, { timeout: 5 }),
  });
  let outcome;
  const verified = verify('A'.repeat(22), 'abc12z').then(
    (isRight) => {
      outcome = isRight;
    },
    () => {
      outcome = 'rejected';
    },
  );
  await eventually('it is given up', () => outcome !== undefined);
  replies[0]('AbC12z');
  await verified;
  assert.equal(outcome, 'rejected');
});

test('a reply that waits while the event loop is busy is not late', {
  skip,
  timeout,
}, async (t) => {
  const client = await connect(t, CLIENTS[0], servers.get(REDIS_PROGRAMS[0]));
  const store = redisStore(client, { timeout: 20 });
  const set = store.set('a', 'A', 60_000);
  // The command goes out in this turn of the event loop, the reply is there long before the next.
  await new Promise((resolve) => setImmediate(resolve));
  for (const start = Date.now(); Date.now() - start < 300; );
  await set;
});

test('commands that are given up do not heap up without bound', async () => {
  let sent = 0;
  const settles = [];
  const send = () => {
    sent += 1;
    return new Promise((resolve) => settles.push(resolve));
  };
  const store = redisStore({ set: send, getDel: send }, { timeout: 1 });
  for (let round = 0; round < 12; round++) {
    const tries = Array.from({ length: 1000 }, () => rejectionOf(store.take('a')));
    for (const error of await Promise.all(tries)) {
      assert.equal(error.code, 'ETIMEDOUT');
    }
  }
  assert.equal(sent, 10_000);
  const [error] = await Promise.all([rejectionOf(store.set('a', 'A', 1))]);
  assert.match(error.message, /^Redis has not replied to 10000 commands\. No more are sent$/);
  // When the client lets go of them all is well again.
  for (const settle of settles.splice(0)) {
    settle(null);
  }
  await new Promise((resolve) => setImmediate(resolve));
  const taken = redisStore({ set: send, getDel: async () => 'A' }).take('a');
  assert.equal(await taken, 'A');
  const again = rejectionOf(store.take('a'));
  assert.equal(sent, 10_001);
  assert.equal((await again).message, 'Redis did not reply within 1 ms');
});
