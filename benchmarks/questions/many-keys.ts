import { keepfresh } from '../contenders/keepfresh.ts';
import { nodeRedis } from '../contenders/node-redis.ts';
import { quantile } from '../measuring/quantile.ts';
import type { Question } from './question.ts';

const keysOfCall = 100;
const calls = 1_000;

export const question: Question = {
  title: `${keysOfCall} keys at once`,
  note: `One call for ${keysOfCall} values of 200 bytes that Redis has, decoded, one call after the other, in a process without memory of its own. The client alone does one \`MGET\` and \`JSON.parse\` of each.`,
  contenders: [keepfresh, nodeRedis],
  columns: { 'a call': 'µs', p99: 'µs' },
  floor: nodeRedis.name,
  rounds: 15,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const cache = await contender.open({ url: server.url, name: 'many', without: 'memory' });
    const { readMany } = cache;
    if (readMany === undefined) throw new Error('has no such call');
    const keys = Array.from({ length: keysOfCall }, (_, n) => `product:${n}`);
    for (const [id, key] of keys.entries()) {
      const text = 'x'.repeat(140);
      await cache.read(key, async () => ({ id, name: `Product ${id}`, price: 1_999, text }), []);
    }
    // What was loaded may still be on its way there.
    for (let n = 0; n < calls && (await readMany(keys)).includes(undefined); n++);
    return {
      async round() {
        const times: number[] = [];
        for (let call = 0; call < calls; call++) {
          const started = performance.now();
          const values = await readMany(keys);
          times.push((performance.now() - started) * 1_000);
          if (values.includes(undefined)) throw new Error('a value was not in Redis');
        }
        return { 'a call': quantile(times, 0.5), p99: quantile(times, 0.99) };
      },
    };
  },
};
