import assert from 'node:assert/strict';
import type { MemberState } from '../../core/ports/log.ts';
import {
  keyBan,
  tagBan,
  type Follower,
  type LogCase,
  type LogSentence,
} from '../log-under-test.ts';

/** What a log does when something it is kept in is gone, or older than it was. */
export const losses: readonly LogSentence[] = [
  {
    name: 'starts a new epoch within seconds of beats when anything it is kept in is lost',
    check: (given) => afterEachLoss(given, (member) => epochAfter(given, member)),
  },
  {
    name: 'starts a new epoch at the beat of a new member when anything it is kept in is lost',
    check: (given) => afterEachLoss(given, async () => (await given.follower().beat()).epoch),
  },
  {
    name: 'loses no ban that is appended when anything it is kept in is lost',
    check: (given) =>
      afterEachLoss(given, async (member) => {
        const { position } = await member.append([tagBan('b')]);
        const epoch = await epochAfter(given, member);
        const reader = given.follower();
        const { floor } = await reader.catchUp();
        assert.ok(floor >= position || reader.entries.some((entry) => entry.position === position));
        return epoch;
      }),
  },
  {
    name: 'never says that a tag was not invalidated when anything it is kept in is lost',
    check: (given) => afterEachLoss(given, async () => (await given.log.tagPositions(['a'])).epoch),
  },
  {
    name: 'goes on above all old positions when everything is lost',
    async check({ faults, follower, pass }) {
      const member = follower();
      await member.catchUp();
      const { position } = await member.append([keyBan('k')]);
      for (const lose of Object.values(faults.losses)) await lose();
      await pass(2);
      const { position: next } = await follower().append([keyBan('k')]);
      await member.catchUp();
      assert.ok(member.member.applied >= next && next > position);
    },
  },
  {
    name: 'starts a new epoch when a member remembers more than a restored image',
    async check({ faults, follower }) {
      const [member, late] = [follower(), follower()];
      await member.catchUp();
      await late.catchUp();
      const restore = await faults.image();
      await member.append([tagBan('a')]);
      await restore();
      const beat = await member.beat();
      assert.ok(beat.boot !== undefined && beat.epoch !== late.member.epoch);
      assert.ok((await late.beat()).boot !== undefined);
    },
  },
  {
    name: 'starts a new epoch when a restored image has gone on without a member',
    async check({ faults, follower }) {
      const [member, late] = [follower(), follower()];
      await member.catchUp();
      await late.catchUp();
      const restore = await faults.image();
      await member.append([tagBan('a')]);
      await restore();
      for (let n = 0; n < 5; n++) await late.append([tagBan('b')]);
      const beat = await member.beat();
      assert.ok(beat.boot !== undefined && beat.epoch !== late.member.epoch);
      assert.ok((await late.beat()).boot !== undefined);
    },
  },
  {
    name: 'counts nothing as applied that a member applied of another history',
    async check(given) {
      const { faults, log, follower, pass } = given;
      const [one, two] = [follower(), follower()];
      await one.catchUp();
      await two.catchUp();
      await Object.values(faults.losses)[0]!();
      await epochAfter(given, one);
      await one.catchUp();
      const { position } = await one.append([keyBan('k')]);
      const appliedByTwo = async (): Promise<number | undefined> =>
        (await log.members()).find(({ id }) => id === two.member.id)?.applied;
      await pass(2);
      two.member = { ...two.member, applied: position };
      assert.equal((await two.append([keyBan('k')])).contiguous, false);
      assert.ok(((await appliedByTwo()) ?? 0) < position);
    },
  },
  {
    name: 'says with an append for how long those it forgot may still trust',
    async check({ faults, log, follower, pass }) {
      const [member, other] = [follower(900), follower(900)];
      await member.catchUp();
      await other.catchUp();
      await pass(950);
      const known = [member, other];
      assert.deepEqual(unheard(known, (await member.append([keyBan('k')])).members), []);
      for (const lose of Object.values(faults.losses)) await lose();
      const { members } = await member.append([keyBan('k')]);
      const [unknown] = unheard(known, members);
      assert.ok(unknown?.applied === 0 && unknown.maxLagMs > 300 && unknown.maxLagMs <= 900);
      await pass(950);
      assert.deepEqual(unheard(known, await log.members()), []);
    },
  },
];

/** Those that the log lists although they never spoke. */
function unheard(known: readonly Follower[], listed: readonly MemberState[]): MemberState[] {
  return listed.filter(({ id }) => known.every(({ member }) => member.id !== id));
}

/** The epoch of a log that has lost something, when a member that goes on to beat is told of it. */
async function epochAfter({ pass }: LogCase, follower: Follower): Promise<string> {
  for (let waited = 0; waited < 8000; waited += 300) {
    const { epoch, boot } = await follower.beat();
    if (boot !== undefined) return epoch;
    await pass(300);
  }
  return follower.member.epoch;
}

async function afterEachLoss(
  { faults, follower }: LogCase,
  nextEpoch: (member: Follower) => Promise<string>,
): Promise<void> {
  const member = follower();
  for (const [what, lose] of Object.entries(faults.losses)) {
    await member.catchUp();
    await member.append([tagBan('a'), { kind: 'pattern', pattern: 'a*' }]);
    const { epoch } = member.member;
    await lose();
    assert.notEqual(await nextEpoch(member), epoch, what);
  }
}
