// The clients' own types, which redisStore() and redisMarks() have to take as they are.

import { type Marks, redisMarks, redisStore, type Store } from 'ccap-rs/challenge';
import { Cluster as IoCluster, Redis as IoRedis } from 'ioredis';
import { Redis as IoRedis5 } from 'ioredis5';
import { createClient, createClientPool, createCluster } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { createClient as createClient5 } from 'redis5';

export const stores: Store[] = [
  redisStore(createClient()),
  redisStore(createCluster({ rootNodes: [] })),
  redisStore(createClientPool()),
  redisStore(createClient4()),
  redisStore(createClient5()),
  redisStore(new IoRedis()),
  redisStore(new IoCluster([])),
  redisStore(new IoRedis5()),
];

export const marks: Marks[] = [
  redisMarks(createClient()),
  redisMarks(createCluster({ rootNodes: [] })),
  redisMarks(createClientPool()),
  redisMarks(createClient4()),
  redisMarks(createClient5()),
  redisMarks(new IoRedis()),
  redisMarks(new IoCluster([])),
  redisMarks(new IoRedis5()),
];
