import assert from 'node:assert/strict';
import type { Appended, Beat } from '../../core/ports/log.ts';
import {
  keyBan,
  tagBan,
  type Follower,
  type LogCase,
  type LogSentence,
} from '../log-under-test.ts';

/** Tags, patterns, `clear` and the floor. */
export const tables: readonly LogSentence[] = [
  {
    name: 'tells the newest invalidation and the newest expiry of each tag, in order',
    async check({ log, follower }) {
      const member = follower();
      await member.catchUp();
      const first = await member.append([tagBan('a'), tagBan('größe 💡')]);
      const soft = await member.append([{ kind: 'tag', tag: 'a', soft: true }]);
      const second = await member.append([tagBan('b')]);
      const third = await member.append([tagBan('b')]);
      assert.ok(second.position < third.position);
      const { epoch, positions } = await log.tagPositions(['b', 'none', 'a', 'größe 💡', 'b']);
      assert.equal(epoch, member.member.epoch);
      assert.deepEqual(positions, [
        { hard: third.position, soft: 0 },
        { hard: 0, soft: 0 },
        { hard: first.position, soft: soft.position },
        { hard: first.position, soft: 0 },
        { hard: third.position, soft: 0 },
      ]);
    },
  },
  {
    name: 'tells nothing of tags that nobody asks for',
    async check({ log, follower }) {
      const member = follower();
      await member.catchUp();
      const answer = await log.tagPositions([]);
      assert.deepEqual(answer, { epoch: member.member.epoch, positions: [] });
    },
  },
  {
    name: 'starts a new member with every pattern and its newest position',
    async check({ follower }) {
      const writer = follower();
      await writer.catchUp();
      await writer.append([pattern('a*')]);
      const b = await writer.append([pattern('b*'), keyBan('k')]);
      const a = await writer.append([pattern('a*')]);
      const { boot } = await follower().beat();
      assert.deepEqual(sorted(boot?.patterns ?? []), [
        { pattern: 'a*', position: a.position },
        { pattern: 'b*', position: b.position },
      ]);
    },
  },
  {
    name: 'raises the floor by a clear to its own position, and forgets tags and patterns',
    async check({ log, follower }) {
      const member = follower();
      const { floor } = await member.catchUp();
      await member.append([tagBan('a'), pattern('a*')]);
      const cleared = await member.append([{ kind: 'clear' }]);
      assert.ok(floor < cleared.position);
      assert.equal(cleared.floor, cleared.position);
      assert.equal((await member.beat()).floor, cleared.position);
      const late = await follower().beat();
      assert.equal(late.floor, cleared.position);
      assert.deepEqual(late.boot?.patterns, []);
      assert.deepEqual((await log.tagPositions(['a'])).positions, [{ hard: 0, soft: 0 }]);
      const after = await member.append([tagBan('a')]);
      assert.equal(after.floor, cleared.position);
      const { positions } = await log.tagPositions(['a']);
      assert.deepEqual(positions, [{ hard: after.position, soft: 0 }]);
    },
  },
  {
    name: 'keeps no more tags than it may, and raises the floor to the newest it dropped',
    options: { tags: 4 },
    async check(given) {
      const { log } = given;
      const member = given.follower();
      const before = await member.catchUp();
      const tags = ['a', 'b', 'c', 'd', 'e', 'f'];
      const appended: Appended[] = [];
      for (const tag of tags) appended.push(await member.append([tagBan(tag)]));
      const floor = await floorAbove(given, before, member);
      const { positions } = await log.tagPositions(tags);
      const isKept = positions.map(({ hard }, n) => hard === appended[n]!.position);
      assert.ok(isKept.filter(Boolean).length <= 4);
      for (const [n, { position }] of appended.entries())
        assert.ok(isKept[n] || floor >= position, 'a dropped tag is not below the floor');
      assert.ok(floor <= appended[5]!.position, 'the floor is above all that was dropped');
    },
  },
  {
    name: 'keeps the newest patterns and raises the floor to the newest it dropped',
    options: { patterns: 3 },
    async check(given) {
      const member = given.follower();
      const before = await member.catchUp();
      const appended = [];
      for (const text of ['a*', 'b*', 'c*', 'd*', 'e*'])
        appended.push(await member.append([pattern(text)]));
      await floorAbove(given, before, member);
      const { boot, floor } = await given.follower().beat();
      assert.ok(floor >= appended[1]!.position && floor < appended[2]!.position);
      assert.deepEqual(
        sorted(boot?.patterns ?? []).map((kept) => kept.pattern),
        ['c*', 'd*', 'e*'],
      );
    },
  },
  {
    name: 'takes more tags at once than it keeps',
    options: { tags: 4 },
    async check(given) {
      const { log } = given;
      const member = given.follower();
      const before = await member.catchUp();
      const tags = Array.from({ length: 20 }, (_, n) => `t${n}`);
      const { position } = await member.append(tags.map(tagBan));
      assert.equal(await floorAbove(given, before, member), position);
      const { positions } = await log.tagPositions(tags);
      assert.ok(positions.filter(({ hard }) => hard === position).length <= 4);
    },
  },
];

/** The floor of a log that has more tags or patterns than it keeps, when it has dropped them. */
async function floorAbove({ pass }: LogCase, before: Beat, member: Follower): Promise<number> {
  for (let waited = 0; waited < 8000; waited += 300) {
    const { floor } = await member.beat();
    if (floor > before.floor) return floor;
    await pass(300);
  }
  return before.floor;
}

function pattern(text: string): { kind: 'pattern'; pattern: string } {
  return { kind: 'pattern', pattern: text };
}

function sorted<Item extends { readonly pattern: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.pattern < b.pattern ? -1 : 1));
}
