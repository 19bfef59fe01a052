import { cacheable } from '../contenders/cacheable.ts';
import { libraries } from '../contenders/index.ts';
import { nodeRedis, nodeRedisUntimed } from '../contenders/node-redis.ts';
import { hitsInFlight, inFlight, keys } from '../measuring/hits-in-flight.ts';
import type { Question } from './question.ts';

export const question: Question = {
  title: 'Hits in Redis per second',
  note: `${inFlight} reads in flight in one process without memory of its own, ${keys.length.toLocaleString('en-US')} keys, values of 200 bytes as JSON, decoded. The client alone does a \`GET\` and \`JSON.parse\`; the deadline that it gives each command by default is most of its cost, so it is also asked without. keepfresh has deadlines, too, and asks with one \`MGET\` for all that is read at the same moment. cacheable cannot do without its memory. Processor time is that of the reading process, client included: unlike the rate it hardly depends on what else the machine does.`,
  contenders: [...libraries.filter((each) => each !== cacheable), nodeRedis, nodeRedisUntimed],
  columns: { 'reads per second': 'per second', 'processor time of one': 'µs' },
  floor: nodeRedis.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    return hitsInFlight(await contender.open({ url: server.url, name: 'hits', without: 'memory' }));
  },
};
