import assert from 'node:assert/strict';
import type { MemberState } from '../../core/ports/log.ts';
import { keyBan, type Follower, type LogCase, type LogSentence } from '../log-under-test.ts';

/** Who is there and what they said. */
export const members: readonly LogSentence[] = [
  {
    name: 'lists a member from its first beat on, and what it said it applied',
    async check({ log, follower }) {
      const [one, two] = [follower(1000), follower(250)];
      await one.beat();
      const first = stateOf(one, await log.members());
      assert.deepEqual([first?.maxLagMs, first?.applied], [1000, 0]);
      await one.catchUp();
      await two.catchUp();
      await one.beat();
      await two.beat();
      const listed = await log.members();
      assert.deepEqual(stateOf(one, listed), said(one));
      assert.deepEqual(stateOf(two, listed), said(two));
    },
  },
  {
    name: 'counts what a member applied only once it says so',
    async check({ log, follower }) {
      const [one, two] = [follower(), follower()];
      await one.catchUp();
      await two.catchUp();
      const { position, members: listed } = await one.append([keyBan('k')]);
      assert.ok(stateOf(two, listed)!.applied < position);
      await two.beat();
      assert.ok(stateOf(two, await log.members())!.applied < position);
      await two.beat();
      assert.equal(stateOf(two, await log.members())!.applied, position);
    },
  },
  {
    name: 'lists the members with an append, unless told not to',
    async check({ follower }) {
      const [one, two] = [follower(), follower()];
      await one.catchUp();
      await two.catchUp();
      const { members: listed } = await one.append([keyBan('k')]);
      assert.ok(stateOf(one, listed) && stateOf(two, listed));
      const { members: none } = await one.append([keyBan('k')], { members: false });
      assert.deepEqual(none, []);
    },
  },
  {
    name: 'removes a member that leaves, and lists it again when it comes back',
    async check({ log, follower }) {
      const [one, two] = [follower(), follower()];
      await one.catchUp();
      await two.catchUp();
      await log.leave(one.member.id);
      await log.leave(one.member.id);
      const listed = await log.members();
      assert.equal(stateOf(one, listed), undefined);
      assert.ok(stateOf(two, listed));
      await two.append([keyBan('k')]);
      await one.catchUp();
      assert.ok(stateOf(one, await log.members()));
      assert.deepEqual(one.entries.at(-1)?.bans, [keyBan('k')]);
    },
  },
  {
    name: 'removes a member that is silent for long, and none that beats',
    async check(given) {
      const { log, follower } = given;
      const [silent, alive] = [follower(20), follower(20)];
      await silent.catchUp();
      await alive.catchUp();
      await waitUntil(given, async () => {
        await alive.append([keyBan('k')]);
        await alive.beat();
        assert.ok(stateOf(alive, await log.members()), 'a member that beats was removed');
        return stateOf(silent, await log.members()) === undefined;
      });
      await silent.catchUp();
      assert.ok(stateOf(silent, await log.members()));
      assert.equal(silent.member.applied, alive.member.applied);
    },
  },
];

function said({ member: { id, maxLagMs, applied } }: Follower): MemberState {
  return { id, maxLagMs, applied };
}

function stateOf(follower: Follower, listed: readonly MemberState[]): MemberState | undefined {
  return listed.find(({ id }) => id === follower.member.id);
}

async function waitUntil({ pass }: LogCase, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 8000; waited += 100) {
    if (await isSo()) return;
    await pass(100);
  }
  assert.fail('did not become so within eight seconds');
}
