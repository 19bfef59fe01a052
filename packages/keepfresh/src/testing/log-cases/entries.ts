import assert from 'node:assert/strict';
import type { Ban } from '../../core/ports/log.ts';
import { keyBan, newHex, type LogSentence } from '../log-under-test.ts';

const startOf2026 = Date.UTC(2026, 0, 1);

const everyKind: readonly Ban[] = [
  { kind: 'key', key: 'größe:💡\n"\\' },
  { kind: 'key', key: 'k', except: 'e'.repeat(32) },
  { kind: 'key', key: 'k', soft: true },
  { kind: 'tag', tag: 'org:7' },
  { kind: 'tag', tag: '', soft: true },
  { kind: 'pattern', pattern: 'user:[1-9]*\\*' },
  {
    kind: 'hold',
    token: 'a'.repeat(32),
    until: startOf2026 * 2,
    covers: [
      { kind: 'key', key: 'x' },
      { kind: 'tag', tag: 't' },
      { kind: 'pattern', pattern: '*' },
    ],
  },
  { kind: 'release', token: 'b'.repeat(32) },
  { kind: 'clear' },
];

/** Order, content and delivery of entries. */
export const entries: readonly LogSentence[] = [
  {
    name: 'gives positions of the server clock that strictly increase',
    async check({ follower }) {
      const member = follower();
      const { serverNow } = await member.catchUp();
      let last = member.member.applied;
      for (let n = 0; n < 20; n++) {
        const { position } = await member.append([keyBan('k')]);
        assert.ok(position > last && Number.isSafeInteger(position));
        last = position;
      }
      assert.ok(Math.abs(last / 4096 + startOf2026 - serverNow) < 10_000);
    },
  },
  {
    name: 'chains the entries of members that append at the same time',
    async check({ log, follower }) {
      const reader = follower();
      const writers = Array.from({ length: 5 }, () => follower());
      await catchUpAll([reader, ...writers]);
      const appended = await Promise.all(
        [...writers, ...writers, ...writers].map((writer) =>
          log.append(writer.member, { bans: [keyBan(writer.member.id)] }),
        ),
      );
      await reader.catchUp();
      const told = reader.entries.slice(-appended.length);
      assert.deepEqual(
        told.map(({ position }) => position),
        appended.map(({ position }) => position).sort((a, b) => a - b),
      );
    },
  },
  {
    name: 'delivers every kind of ban as it was given',
    async check({ follower }) {
      const [writer, reader] = [follower(), follower()];
      await catchUpAll([writer, reader]);
      for (const ban of everyKind) await writer.append([ban]);
      await writer.append(everyKind);
      await writer.append([]);
      await reader.catchUp();
      const told = reader.entries.slice(-everyKind.length - 2).map(({ bans }) => bans);
      assert.deepEqual(told, [...everyKind.map((ban) => [ban]), everyKind, []]);
    },
  },
  {
    name: 'tells a member that is up to date nothing, and vouches for the end',
    async check({ follower }) {
      const member = follower();
      await member.catchUp();
      const { position, nonce } = await member.append([keyBan('k')]);
      const beat = await member.beat();
      assert.deepEqual([beat.entries, beat.boot], [[], undefined]);
      assert.deepEqual([beat.end, beat.nonce], [position, nonce]);
      assert.match(beat.epoch, /^[0-9a-f]{16}$/);
      assert.match(beat.nonce, /^[0-9a-f]{16}$/);
    },
  },
  {
    name: 'delivers many entries over several beats, without a gap',
    async check({ log, follower }) {
      const [writer, reader] = [follower(), follower()];
      await catchUpAll([writer, reader]);
      const bans = Array.from({ length: 700 }, (_, n) => keyBan(`k${n}`));
      for (const ban of bans) await writer.append([ban]);
      await reader.catchUp();
      assert.deepEqual(
        reader.entries.slice(-bans.length).map((entry) => entry.bans[0]),
        bans,
      );
      const booted = follower();
      await booted.catchUp();
      assert.deepEqual(booted.entries.slice(-bans.length), reader.entries.slice(-bans.length));
      assert.equal((await log.beat(reader.member)).boot, undefined);
    },
  },
  {
    name: 'starts a new member with the exact-key bans of the time before it came',
    async check({ follower }) {
      const writer = follower();
      await writer.catchUp();
      await writer.append([keyBan('a')]);
      await writer.append([keyBan('b')]);
      const member = follower();
      const beat = await member.beat();
      assert.ok(beat.boot !== undefined && beat.boot.from < beat.end);
      await member.catchUp();
      const told = member.entries.flatMap(({ bans }) => bans);
      assert.deepEqual(told, [keyBan('a'), keyBan('b')]);
    },
  },
  {
    name: 'starts a member of another epoch afresh, and once started not again',
    async check({ log, follower }) {
      const member = follower();
      await member.catchUp();
      const { epoch } = member.member;
      member.member = { ...member.member, epoch: newHex(8) };
      const beat = await member.beat();
      assert.ok(beat.boot !== undefined);
      assert.equal(beat.epoch, epoch);
      const listed = (await log.members()).find(({ id }) => id === member.member.id);
      assert.equal(listed?.applied, 0);
      await member.catchUp();
      assert.equal((await member.beat()).boot, undefined);
    },
  },
  {
    name: 'returns with an append what its member had missed',
    async check({ follower }) {
      const [writer, other] = [follower(), follower()];
      await catchUpAll([writer, other]);
      for (let n = 0; n < 64; n++) await writer.append([keyBan(`k${n}`)]);
      const appended = await other.append([keyBan('mine')]);
      assert.equal(appended.contiguous, true);
      assert.equal(appended.missed.length, 64);
      assert.deepEqual(other.entries.slice(-65), [
        ...writer.entries.slice(-64),
        { ...other.entries.at(-1) },
      ]);
      await writer.catchUp();
      assert.deepEqual(writer.entries.at(-1), other.entries.at(-1));
    },
  },
  {
    name: 'says so when an append cannot return all that was missed',
    async check({ log, follower }) {
      const [writer, other] = [follower(), follower()];
      await catchUpAll([writer, other]);
      for (let n = 0; n < 65; n++) await writer.append([keyBan(`k${n}`)]);
      const appended = await other.append([keyBan('mine')]);
      assert.equal(appended.contiguous, false);
      assert.ok(appended.missed.length <= 64);
      await other.catchUp();
      assert.deepEqual(other.entries.at(-1)?.bans, [keyBan('mine')]);
      const stranger = follower();
      const blind = await log.append(stranger.member, { bans: [keyBan('blind')] });
      assert.equal(blind.contiguous, false);
      await other.catchUp();
      assert.deepEqual(other.entries.at(-1)?.position, blind.position);
    },
  },
];

async function catchUpAll(members: readonly { catchUp(): Promise<unknown> }[]): Promise<void> {
  for (const member of members) await member.catchUp();
}
