import assert from 'node:assert/strict';
import type { Member } from '../../core/ports/log.ts';
import { keyBan, newHex, tagBan, type Follower, type LogSentence } from '../log-under-test.ts';

/** What members remember that the log does not, as it is after a failover that lost the log's tail. */
const memories: Readonly<Record<string, (member: Follower) => Partial<Member>>> = {
  'an entry beyond the end': ({ member }) => ({ applied: member.applied + 40_960 }),
  'another entry at the end': () => ({ nonce: newHex(8) }),
  'another entry at a position before the end': ({ entries }) => ({
    applied: entries.at(-2)!.position,
    nonce: newHex(8),
  }),
  'an entry between two others': ({ entries }) => ({
    applied: entries.at(-1)!.position - 1,
    nonce: newHex(8),
  }),
};

/** When a log starts a new epoch although nothing of it is missing: its members know better. */
export const histories: readonly LogSentence[] = [
  ...Object.entries(memories).flatMap(([what, change]) => [
    {
      name: `starts a new epoch when the beat of a member tells of ${what}`,
      check: async ({ log, follower }: Parameters<LogSentence['check']>[0]) => {
        const member = await withThreeEntries(follower());
        const { epoch } = member.member;
        member.member = { ...member.member, ...change(member) };
        const { applied } = member.member;
        const beat = await member.beat();
        assert.ok(beat.epoch !== epoch && beat.boot !== undefined);
        assert.deepEqual(beat.boot.patterns, []);
        assert.ok(beat.end > applied && beat.floor >= applied);
        const { positions, epoch: present } = await log.tagPositions(['a']);
        assert.deepEqual([positions, present], [[{ hard: 0, soft: 0 }], beat.epoch]);
      },
    },
    {
      name: `starts a new epoch when the append of a member tells of ${what}`,
      check: async ({ follower }: Parameters<LogSentence['check']>[0]) => {
        const [member, other] = [await withThreeEntries(follower()), follower()];
        await other.catchUp();
        const { epoch } = member.member;
        member.member = { ...member.member, ...change(member) };
        const { applied } = member.member;
        const appended = await member.append([tagBan('b')]);
        assert.ok(appended.epoch !== epoch && appended.position > applied);
        assert.equal(appended.contiguous, false);
        const beat = await other.catchUp();
        assert.equal(beat.epoch, appended.epoch);
        assert.deepEqual(other.entries.at(-1)?.bans, [tagBan('b')]);
      },
    },
  ]),
  {
    name: 'goes on in the epoch of a member whose memory fits',
    async check({ follower }) {
      const member = await withThreeEntries(follower());
      const { epoch, applied } = member.member;
      const { position, nonce } = member.entries.at(-3)!;
      member.member = { ...member.member, applied: position, nonce };
      const beat = await member.beat();
      assert.deepEqual([beat.epoch, beat.boot], [epoch, undefined]);
      assert.equal(member.member.applied, applied);
    },
  },
  {
    name: 'goes on above every position of an epoch that is over',
    async check({ follower }) {
      const [member, other] = [await withThreeEntries(follower()), follower()];
      await other.catchUp();
      const far = member.member.applied + 4096 * 3_600_000;
      member.member = { ...member.member, applied: far };
      await member.catchUp();
      const { position, contiguous } = await other.append([keyBan('k')]);
      assert.ok(position > far);
      assert.equal(contiguous, false);
      await member.catchUp();
      assert.deepEqual(member.entries.at(-1)?.position, position);
    },
  },
  {
    name: 'starts a new epoch for a member of a later epoch that it does not know',
    async check({ follower }) {
      const member = await withThreeEntries(follower());
      const { epoch, applied } = member.member;
      member.member = { ...member.member, epoch: newHex(8), applied: applied + 40_960 };
      const beat = await member.beat();
      assert.notEqual(beat.epoch, epoch);
      assert.ok(beat.end > applied + 40_960);
    },
  },
];

async function withThreeEntries(member: Follower): Promise<Follower> {
  await member.catchUp();
  await member.append([tagBan('a')]);
  await member.append([{ kind: 'pattern', pattern: 'a*' }]);
  await member.append([keyBan('k')]);
  return member;
}
