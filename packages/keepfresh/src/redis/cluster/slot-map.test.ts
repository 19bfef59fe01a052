import { describe, expect, it } from 'vitest';
import { readSlotRanges, SlotMap } from './slot-map.ts';

const from = { host: '10.0.0.1', port: 7000 };
const reply = [
  [0, 99, [Buffer.from('10.0.0.1'), 7000, 'id'], [Buffer.from('10.0.0.2'), 7000, 'id']],
  [100, 16_383, [Buffer.from(''), 7001, 'id']],
];

describe('the map of slots', () => {
  it('knows who serves a slot, and every node it was told of', () => {
    const map = new SlotMap();
    expect(map.ownerOf(0)).toBeUndefined();
    map.replace(readSlotRanges(reply, from, (address) => address));
    expect(map.ownerOf(99)).toEqual({ host: '10.0.0.1', port: 7000 });
    expect(map.ownerOf(16_383)).toEqual({ host: '10.0.0.1', port: 7001 });
    expect([...map.masters().keys()]).toEqual(['10.0.0.1:7000', '10.0.0.1:7001']);
    expect(map.nodes).toHaveLength(3);
  });

  it('takes the word of a node for one slot until it is told of all again', () => {
    const map = new SlotMap();
    map.replace(readSlotRanges(reply, from, (address) => address));
    map.move(7, { host: 'new', port: 1 });
    expect(map.ownerOf(7)).toEqual({ host: 'new', port: 1 });
    expect(map.ownerOf(8)).toEqual({ host: '10.0.0.1', port: 7000 });
    map.replace([]);
    expect([map.ownerOf(7), map.masters().size]).toEqual([undefined, 0]);
  });

  it('translates the addresses that nodes have among themselves', () => {
    const [range] = readSlotRanges(reply, from, ({ port }) => ({
      host: 'outside',
      port: port + 1,
    }));
    expect(range?.nodes[1]).toEqual({ host: 'outside', port: 7001 });
  });
});
