import assert from 'node:assert/strict';
import type { HoldBan } from '../../core/ports/log.ts';
import { keyBan, newHex, type Follower, type LogSentence } from '../log-under-test.ts';

/** Holds: what a new member learns of them. */
export const holds: readonly LogSentence[] = [
  {
    name: 'starts a new member with the holds that are not over',
    async check({ follower }) {
      const writer = follower();
      const { serverNow } = await writer.catchUp();
      const [one, two] = [holdUntil(serverNow + 60_000), holdUntil(serverNow + 50_000)];
      await writer.append([one]);
      await writer.append([keyBan('k'), two]);
      assert.deepEqual(await holdsOf(follower()), inOrder([one, two]));
    },
  },
  {
    name: 'ends a hold by its own token and by no other',
    async check({ follower }) {
      const writer = follower();
      const { serverNow } = await writer.catchUp();
      const [one, two] = [holdUntil(serverNow + 60_000), holdUntil(serverNow + 60_000)];
      await writer.append([one, two]);
      await writer.append([{ kind: 'release', token: newHex(16) }]);
      assert.deepEqual(await holdsOf(follower()), inOrder([one, two]));
      await writer.append([{ kind: 'release', token: one.token }, keyBan('k')]);
      assert.deepEqual(await holdsOf(follower()), [two]);
    },
  },
  {
    name: 'forgets a hold when its time is over',
    async check({ follower, pass }) {
      const writer = follower();
      const { serverNow } = await writer.catchUp();
      const kept = holdUntil(serverNow + 60_000);
      await writer.append([holdUntil(serverNow + 30), kept]);
      await pass(60);
      assert.deepEqual(await holdsOf(follower()), [kept]);
    },
  },
  {
    name: 'keeps a hold over a clear',
    async check({ follower }) {
      const writer = follower();
      const { serverNow } = await writer.catchUp();
      const hold = holdUntil(serverNow + 60_000);
      await writer.append([hold]);
      await writer.append([{ kind: 'clear' }]);
      assert.deepEqual(await holdsOf(follower()), [hold]);
    },
  },
];

function holdUntil(until: number): HoldBan {
  return {
    kind: 'hold',
    token: newHex(16),
    until: Math.ceil(until),
    covers: [
      { kind: 'key', key: 'product:7' },
      { kind: 'tag', tag: 'org:7' },
      { kind: 'pattern', pattern: 'user:*' },
    ],
  };
}

async function holdsOf(member: Follower): Promise<readonly HoldBan[]> {
  return inOrder((await member.beat()).boot?.holds ?? []);
}

function inOrder(given: readonly HoldBan[]): HoldBan[] {
  return given.toSorted((a, b) => (a.token < b.token ? -1 : 1));
}
