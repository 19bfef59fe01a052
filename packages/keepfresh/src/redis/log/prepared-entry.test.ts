import { describe, expect, it } from 'vitest';
import { decodeHead } from './log-head.ts';
import { PreparedEntry } from './prepared-entry.ts';

const content = { nonce: 'b'.repeat(16), bans: '[["k","x"]]', effects: ['ht'] };
const member = {
  id: 'f'.repeat(16),
  maxLagMs: 1_000,
  epoch: 'e'.repeat(16),
  applied: 4_096,
  nonce: 'a'.repeat(16),
};
const at = (ms: number): number => Date.UTC(2026, 0, 1) + ms;

describe('an entry that its member prepares', () => {
  it('has the position of the server clock, and never one that the member has applied', () => {
    expect(new PreparedEntry(member, content, at(10)).head.last).toBe(40_960);
    expect(new PreparedEntry(member, content, at(1)).head.last).toBe(4_097);
    expect(new PreparedEntry(member, content, at(-5)).head.last).toBe(4_097);
  });

  it('names the entry before it, and moves the head from there to itself', () => {
    const [before, position, entry, after, id, ...effects] = new PreparedEntry(
      member,
      content,
      at(10),
    ).argumentsFor('run');
    const [from, to] = [before, after].map((bytes) => decodeHead(bytes as Buffer));
    expect(from).toEqual({ epoch: member.epoch, last: 4_096, nonce: member.nonce });
    expect(to).toEqual({ epoch: member.epoch, last: 40_960, nonce: content.nonce });
    const link = (before as Buffer).subarray(16, 40).toString('latin1');
    expect(String((entry as Buffer).toString('latin1'))).toBe(link + content.nonce + content.bans);
    expect((after as Buffer).toString('latin1', 40)).toBe('run');
    expect([position, id, effects]).toEqual(['40960', member.id, ['ht']]);
  });
});
