import { describe, expect, it } from 'vitest';
import type { RemoteConnection } from '../../core/ports/remote.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { MemoryHub } from './memory-hub.ts';
import { memoryRemote } from './memory-remote.ts';

const clock = new FakeClock();
const member = { id: '1'.padStart(16, '0'), maxLagMs: 1000, epoch: '', applied: 0, nonce: '' };

function hubWith(): MemoryHub {
  return new MemoryHub({ clock, random: new SeededRandom('hub') });
}

function connect(
  hub: MemoryHub | undefined,
  name: string,
  onConnection: (connected: boolean) => void = () => {},
): RemoteConnection {
  const context = { name, clock, onConnection, onWarning: () => {} };
  return memoryRemote(hub).connect(context);
}

describe('memoryRemote', () => {
  it('connects at once, and tells so after it returned', async () => {
    const told: boolean[] = [];
    const connection = connect(hubWith(), 'shop', (connected) => told.push(connected));
    expect(told).toEqual([]);
    await connection.ready();
    await clock.settle();
    expect(told).toEqual([true]);
    expect(await connection.ping()).toBe(0);
  });

  it('tells nothing of a connection that was closed at once', async () => {
    const told: boolean[] = [];
    await connect(hubWith(), 'shop', (connected) => told.push(connected)).close();
    await clock.settle();
    expect(told).toEqual([]);
  });

  it('shares store and log between caches of one name, and nothing between names', async () => {
    const hub = hubWith();
    const [one, two, other] = [connect(hub, 'shop'), connect(hub, 'shop'), connect(hub, 'else')];
    const request = { token: 'a'.repeat(32), leaseMs: 1000, wait: false };
    expect((await one.store.acquire('k', request)).outcome).toBe('granted');
    const rival = { ...request, token: 'b'.repeat(32) };
    expect((await two.store.acquire('k', rival)).outcome).toBe('leased');
    expect((await other.store.acquire('k', rival)).outcome).toBe('granted');
    const epochs = [one, two, other].map(async ({ log }) => (await log!.beat(member)).epoch);
    const [first, second, third] = await Promise.all(epochs);
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  it('gives each remote a hub of its own unless told', async () => {
    const [one, two] = [connect(undefined, 'shop'), connect(undefined, 'shop')];
    const request = { token: 'a'.repeat(32), leaseMs: 1000, wait: false };
    for (const { store } of [one, two]) {
      expect((await store.acquire('k', request)).outcome).toBe('granted');
      expect(await store.renew('k', request.token, 1000)).toBe(true);
    }
  });

  it('passes every command of the ports', async () => {
    const { store, log } = connect(hubWith(), 'shop');
    const token = 'a'.repeat(32);
    const at = clock.now();
    const record = {
      ...{ token, codec: 1, epoch: '0'.repeat(16), position: 1, loadMs: 0, version: 0, tags: [] },
      ...{ createdAt: at, freshUntil: at, staleUntil: at, expiresAt: at },
      payload: Uint8Array.of(7),
    };
    await store.acquire('k', { token, leaseMs: 1000, wait: false });
    expect(await store.fill('k', record, 1000)).toBe(true);
    expect((await store.read('k'))?.token).toBe(token);
    expect(await store.readMany(['x', 'k'])).toHaveLength(2);
    expect(await store.put('k', record, 1000)).toBe(true);
    expect(await store.release('k', token)).toBe(false);
    await store.invalidate(['k']);
    expect(await store.read('k')).toBeUndefined();
    const { epoch } = await log!.beat(member);
    expect((await log!.append(member, { bans: [] })).epoch).toBe(epoch);
    expect((await log!.tagPositions(['t'])).epoch).toBe(epoch);
    await log!.leave(member.id);
    expect(await log!.members()).not.toContainEqual(expect.objectContaining({ id: member.id }));
  });

  it('refuses every command and hears nothing once it is closed, while others go on', async () => {
    const hub = hubWith();
    const [one, two] = [connect(hub, 'shop'), connect(hub, 'shop')];
    const heard: string[] = [];
    one.store.onWake((key) => heard.push(key));
    one.log!.onNews(() => heard.push('news'));
    await one.close();
    await one.close();
    const closed = { code: 'CLOSED' };
    await expect(one.ready()).rejects.toMatchObject(closed);
    await expect(one.ping()).rejects.toMatchObject(closed);
    await expect(one.store.read('k')).rejects.toMatchObject(closed);
    await expect(one.store.invalidate(['k'])).rejects.toMatchObject(closed);
    await expect(one.log!.beat(member)).rejects.toMatchObject(closed);
    await expect(one.log!.leave(member.id)).rejects.toMatchObject(closed);
    one.log!.onNews(() => heard.push('late'))();
    one.store.onWake((key) => heard.push(key));
    await two.log!.append(member, { bans: [] });
    await clock.settle();
    expect(heard).toEqual([]);
  });

  it('ends a subscription when asked', async () => {
    const { log } = connect(hubWith(), 'shop');
    const heard: string[] = [];
    const end = log!.onNews(() => heard.push('news'));
    await log!.append(member, { bans: [] });
    await clock.settle();
    end();
    await log!.append(member, { bans: [] });
    await clock.settle();
    expect(heard).toEqual(['news']);
  });

  it('takes bounds for the stores and logs of the hub', async () => {
    const hub = new MemoryHub({ clock, store: { maxBytes: 4000 }, log: { tags: 1 } });
    const { store, log } = connect(hub, 'shop');
    expect(store.limits.maxRecordBytes).toBe(1000);
    const first = await log!.append(member, { bans: [{ kind: 'tag', tag: 'a' }] });
    await log!.append(member, { bans: [{ kind: 'tag', tag: 'b' }] });
    await clock.advance(1_000);
    expect((await log!.beat(member)).floor).toBe(first.position);
  });
});
