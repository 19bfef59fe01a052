import autocannon from 'autocannon';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import { constant } from '../doors/constant.ts';
import { type Framework, frameworks } from '../doors/door.ts';
import { doors } from '../doors/index.ts';
import { ProcessorTime } from '../measuring/processor-time.ts';
import type { DoorQuestion } from './question.ts';

const requests = 10_000;
const connections = 16;

export const question: DoorQuestion = {
  title: 'What a response from the cache costs',
  note: `A route that answers 1 KB of JSON, asked ${requests.toLocaleString('en-US')} times over ${connections} connections by another process: requests for each second of processor time of the server. What is kept is in memory.`,
  doors,
  columns: { Express: 'count', Fastify: 'count', NestJS: 'count' },
  floor: constant.name,
  rounds: 9,
  timeoutMs: 120_000,
  async open(door) {
    const client = Actor.start(import.meta.filename);
    const routes = new Map<Framework, string>();
    for (const framework of frameworks) {
      const url = await door.on[framework]?.();
      if (url !== undefined) routes.set(framework, `${url}/product`);
    }
    for (const url of routes.values()) await client.call('load', [url]);
    return {
      async round() {
        const answers: Record<string, number> = {};
        for (const [framework, url] of routes) {
          const spent = new ProcessorTime();
          await client.call('load', [url]);
          answers[framework] = (requests * 1e6) / spent.µs;
        }
        return answers;
      },
    };
  },
};

// From here on: the process that asks.

const functions = {
  async load(url: string): Promise<void> {
    const { non2xx, errors } = await autocannon({ url, amount: requests, connections });
    if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests to ${url} failed`);
  },
};

if (import.meta.main) serveActor(functions);
