import assert from 'node:assert/strict';
import { keyBan, type LogSentence } from '../log-under-test.ts';

/** What a log does when the server behind it is another one. */
export const servers: readonly LogSentence[] = [
  {
    name: 'lets nobody trust for the largest H after the server changed, then goes on',
    async check({ faults, follower, pass }) {
      const [fast, slow] = [follower(100), follower(900)];
      await fast.catchUp();
      await slow.catchUp();
      await faults.changeServer();
      const first = await fast.beat();
      assert.ok(first.settlingMs > 800);
      assert.equal(first.boot, undefined);
      assert.ok((await slow.beat()).settlingMs > 0);
      await pass(950);
      const later = await fast.beat();
      assert.deepEqual([later.settlingMs, later.boot], [0, undefined]);
      assert.equal(later.epoch, first.epoch);
    },
  },
  {
    name: 'waits for a member that was there when the server changed, until it speaks',
    async check({ faults, follower, pass }) {
      const [fast, late] = [follower(), follower()];
      await fast.catchUp();
      await late.catchUp();
      await faults.changeServer();
      await fast.beat();
      await pass(1_100);
      assert.ok((await fast.beat()).settlingMs > 0);
      await late.beat();
      assert.equal((await fast.beat()).settlingMs, 0);
    },
  },
  {
    name: 'waits for a member that does not come for five times the largest H',
    async check({ faults, follower, pass }) {
      const [fast, late] = [follower(100), follower(100)];
      await fast.catchUp();
      await late.catchUp();
      await faults.changeServer();
      assert.ok((await fast.beat()).settlingMs <= 500);
      await pass(550);
      assert.equal((await fast.beat()).settlingMs, 0);
    },
  },
  {
    name: 'does not wait for a member that was gone before the server changed',
    async check({ faults, log, follower, pass }) {
      const [there, gone] = [follower(300), follower(300)];
      await there.catchUp();
      await gone.catchUp();
      await pass(1_000);
      await there.beat();
      await faults.changeServer();
      await there.beat();
      const listed = await log.members();
      assert.ok(!listed.some(({ id }) => id === gone.member.id));
      await pass(350);
      assert.equal((await there.beat()).settlingMs, 0);
    },
  },
  {
    name: 'takes back what members said when the server changed, until they say it again',
    async check({ faults, log, follower }) {
      const [one, two] = [follower(), follower()];
      await one.catchUp();
      await two.catchUp();
      await two.beat();
      await faults.changeServer();
      const { members, position } = await one.append([keyBan('k')]);
      assert.equal(members.find(({ id }) => id === two.member.id)?.applied, 0);
      await two.catchUp();
      await two.beat();
      const listed = await log.members();
      assert.equal(listed.find(({ id }) => id === two.member.id)?.applied, position);
    },
  },
  {
    name: 'starts a new epoch at once when a member that remembers nothing comes first',
    async check({ faults, follower }) {
      const member = follower();
      await member.catchUp();
      const { epoch } = member.member;
      await faults.changeServer();
      const beat = await follower().beat();
      assert.notEqual(beat.epoch, epoch);
      assert.equal(beat.settlingMs, 0);
      assert.ok((await member.beat()).boot !== undefined);
    },
  },
  {
    name: 'starts a new epoch when somebody remembers more than the new server',
    async check({ faults, follower }) {
      const [behind, ahead] = [follower(), follower()];
      await behind.catchUp();
      await ahead.catchUp();
      const restore = await faults.image();
      await ahead.append([keyBan('k')]);
      await restore();
      await faults.changeServer();
      assert.ok((await behind.beat()).settlingMs > 0);
      const beat = await ahead.beat();
      assert.ok(beat.boot !== undefined && beat.epoch !== behind.member.epoch);
      assert.equal(beat.settlingMs, 0);
      assert.ok((await behind.beat()).boot !== undefined);
    },
  },
  {
    name: 'does not settle for a server it knows',
    async check({ faults, follower, pass }) {
      const member = follower(100);
      await member.catchUp();
      await faults.changeServer();
      await member.beat();
      await pass(150);
      assert.equal((await member.beat()).settlingMs, 0);
      await member.append([keyBan('k')]);
      assert.equal((await member.beat()).settlingMs, 0);
    },
  },
];
