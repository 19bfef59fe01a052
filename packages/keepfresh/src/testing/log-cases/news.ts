import assert from 'node:assert/strict';
import { keyBan, type LogSentence } from '../log-under-test.ts';

/** Messages that something was appended. */
export const news: readonly LogSentence[] = [
  {
    name: 'tells of news to those who listen, until they stop',
    async check({ log, follower, pass }) {
      const member = follower();
      await member.catchUp();
      let heard = 0;
      const [first, second] = [log.onNews(() => heard++), log.onNews(() => heard++)];
      for (let attempt = 0; attempt < 50 && heard < 2; attempt++) {
        await member.append([keyBan('k')]);
        await pass(20);
      }
      assert.ok(heard >= 2, 'no news came');
      first();
      second();
      second();
      const before = heard;
      await member.append([keyBan('k')]);
      await pass(60);
      assert.equal(heard, before);
    },
  },
];
