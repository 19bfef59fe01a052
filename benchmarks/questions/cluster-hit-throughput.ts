import { keepfresh } from '../contenders/keepfresh.ts';
import { nodeRedis, nodeRedisUntimed } from '../contenders/node-redis.ts';
import { hitsInFlight, inFlight, keys } from '../measuring/hits-in-flight.ts';
import type { Question } from './question.ts';

export const question: Question = {
  title: 'Hits in a Redis Cluster per second',
  note: `The same with a cluster of three masters and three replicas: ${inFlight} reads in flight in one process without memory of its own, ${keys.length.toLocaleString('en-US')} keys, values of 200 bytes as JSON, decoded, one \`GET\` each. Processor time is that of the reading process, client included. It says more than the rate: the process shares two cores with its own six servers and those of the others.`,
  contenders: [keepfresh, nodeRedis, nodeRedisUntimed],
  columns: { 'reads per second': 'per second', 'processor time of one': 'µs' },
  floor: nodeRedis.name,
  clustered: true,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server, cluster }) {
    const where = { url: server.url, cluster };
    return hitsInFlight(await contender.open({ ...where, name: 'hits', without: 'memory' }));
  },
};
