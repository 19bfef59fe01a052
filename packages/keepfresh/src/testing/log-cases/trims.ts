import assert from 'node:assert/strict';
import { keyBan, type Follower, type LogCase, type LogSentence } from '../log-under-test.ts';

const retentionMs = 50;

/** What a log does when it forgets entries because they are old. */
export const trims: readonly LogSentence[] = [
  {
    name: 'starts a member afresh, in the same epoch, when entries it needs were trimmed',
    options: { retentionMs },
    async check(given) {
      const [member, writer] = [given.follower(), given.follower()];
      await member.catchUp();
      await writer.catchUp();
      const old = await trimmedAfter(given, writer);
      const beat = await member.beat();
      assert.ok(beat.boot !== undefined);
      assert.equal(beat.epoch, writer.member.epoch);
      assert.ok(beat.boot.from >= old);
      await member.catchUp();
      assert.equal(member.member.applied, writer.member.applied);
    },
  },
  {
    name: 'goes on with a member that had applied all that was trimmed',
    options: { retentionMs },
    async check(given) {
      const [member, writer] = [given.follower(), given.follower()];
      await writer.catchUp();
      const old = await trimmedAfter(given, writer, member);
      assert.ok(member.member.applied >= old);
      const beat = await member.beat();
      assert.equal(beat.boot, undefined);
      assert.equal(member.member.applied, writer.member.applied);
    },
  },
  {
    name: 'starts a new epoch when a member applied something else where entries were trimmed',
    options: { retentionMs },
    async check(given) {
      const [member, writer] = [given.follower(), given.follower()];
      await writer.catchUp();
      await trimmedAfter(given, writer, member);
      const { epoch } = member.member;
      member.member = { ...member.member, nonce: '0123456789abcdef' };
      assert.notEqual((await member.beat()).epoch, epoch);
    },
  },
  {
    name: 'keeps tags and patterns when the entries that brought them are trimmed',
    options: { retentionMs },
    async check(given) {
      const writer = given.follower();
      await writer.catchUp();
      const { position } = await writer.append([
        { kind: 'tag', tag: 't' },
        { kind: 'pattern', pattern: 'p*' },
      ]);
      await trimmedAfter(given, writer);
      const { positions } = await given.log.tagPositions(['t']);
      assert.deepEqual(positions, [{ hard: position, soft: 0 }]);
      const beat = await given.follower().beat();
      assert.deepEqual(beat.boot?.patterns, [{ pattern: 'p*', position }]);
      assert.ok(beat.floor < position);
    },
  },
];

/**
 * Appends until an entry of the writer is trimmed, and returns its position. With `upToDate` that member
 * applies everything but the last entry.
 */
async function trimmedAfter(
  { pass, follower }: LogCase,
  writer: Follower,
  upToDate?: Follower,
): Promise<number> {
  const { position } = await writer.append([keyBan('old')]);
  for (let waited = 0; waited < 5000; waited += 300) {
    await upToDate?.catchUp();
    await pass(300);
    await writer.append([keyBan('new')]);
    await writer.beat();
    const { boot } = await follower().beat();
    if (boot!.from >= position) return position;
  }
  return assert.fail('nothing was trimmed within five seconds');
}
