import assert from 'node:assert/strict';
import { keyBan, type LogSentence } from '../log-under-test.ts';

/** Messages that something was appended. */
export const news: readonly LogSentence[] = [
  {
    name: 'tells of news, and whose they are, to those who listen, until they stop',
    async check({ log, follower, pass }) {
      const member = follower();
      await member.catchUp();
      let heard = 0;
      const hear = (memberId: string): void => {
        if (memberId === member.member.id) heard++;
      };
      const [first, second] = [log.onNews(hear), log.onNews(hear)];
      const hearsOfOne = async (): Promise<boolean> => {
        const before = heard;
        await member.append([keyBan('k')]);
        for (let waits = 0; waits < 15 && heard < before + 2; waits++) await pass(20);
        return heard >= before + 2;
      };
      for (let attempt = 0; attempt < 20 && !(await hearsOfOne()); attempt++);
      let told = 0;
      for (let round = 0; round < 5; round++) told += (await hearsOfOne()) ? 1 : 0;
      assert.ok(told >= 3, `news came of ${told} in 5 entries`);
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
