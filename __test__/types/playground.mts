import { createServer } from 'node:http';
import createDefault, { createPlayground, type PlaygroundOptions } from 'ccap-rs/playground';
import { type Equal, expect } from './equal.cjs';

expect<Equal<typeof createDefault, typeof createPlayground>>();
const options: PlaygroundOptions = { base: '/playground' };
createServer(createPlayground(options));
createServer(createDefault());
// @ts-expect-error A path is a string.
createPlayground({ base: 1 });
