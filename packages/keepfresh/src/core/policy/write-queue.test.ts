import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueuedWrite, WriteQueue } from './write-queue.ts';

const most = 3;
const maxKeys = 3;

/** What the queue has to do, told without its structure: every write that was ever accepted, in order. */
class Model {
  readonly writes: { key: string; value: number; state: State }[] = [];

  of(key: string, ...states: State[]): { key: string; value: number; state: State } | undefined {
    return this.writes.find((each) => each.key === key && states.includes(each.state));
  }

  keys(): Set<string> {
    const open = this.writes.filter(({ state }) => state === 'waiting' || state === 'flying');
    return new Set(open.map(({ key }) => key));
  }
}

type State = 'waiting' | 'flying' | 'done' | 'replaced' | 'lost';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly delay: number }
  | { readonly do: 'take'; readonly limit: number }
  | { readonly do: 'land'; readonly ok: boolean; readonly n: number }
  | { readonly do: 'hurry'; readonly key: string | undefined }
  | { readonly do: 'wait'; readonly ms: number };

const keys = fc.constantFrom('a', 'b', 'c', 'd');
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: keys, delay: fc.nat(5) }),
  fc.record({ do: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('land' as const), ok: fc.boolean(), n: fc.nat(5) }),
  fc.record({ do: fc.constant('hurry' as const), key: fc.option(keys, { nil: undefined }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(5) }),
);

/** Plays the steps on both, comparing after each. */
class Play {
  readonly queue = new WriteQueue<number>({ maxKeys });
  readonly model = new Model();
  #flying: QueuedWrite<number>[] = [];
  #now = 0;
  #next = 1;

  step(step: Step): void {
    if (step.do === 'put') this.#put(step.key, this.#now + step.delay);
    else if (step.do === 'take') this.#take(step.limit);
    else if (step.do === 'land') this.#land(step);
    else if (step.do === 'hurry') this.queue.hurry(step.key);
    else this.#now += step.ms;
    this.#compare();
  }

  /** Everything succeeds from now on. */
  finish(): void {
    while (this.queue.size > 0) {
      this.queue.hurry();
      this.#take(100);
      while (this.#flying.length > 0) this.#land({ ok: true, n: 0 });
    }
    this.#compare();
  }

  #put(key: string, dueAt: number): void {
    const open = this.model.keys();
    const value = this.#next++;
    const fits = open.has(key) || open.size < maxKeys;
    assert.equal(this.queue.put(key, value, dueAt), fits);
    if (!fits) return;
    const before = this.model.of(key, 'waiting');
    if (before !== undefined) before.state = 'replaced';
    this.model.writes.push({ key, value, state: 'waiting' });
  }

  #take(limit: number): void {
    const taken = this.queue.take(this.#now, limit);
    assert.ok(taken.length <= limit);
    assert.ok(new Set(taken.map(({ attempts }) => attempts)).size <= 1);
    for (const write of taken) {
      assert.equal(this.model.of(write.key, 'flying'), undefined);
      const waiting = this.model.of(write.key, 'waiting')!;
      assert.equal(waiting.value, write.value);
      waiting.state = 'flying';
      this.#flying.push(write);
    }
  }

  #land({ ok, n }: { readonly ok: boolean; readonly n: number }): void {
    if (this.#flying.length === 0) return;
    const [write] = this.#flying.splice(n % this.#flying.length, 1);
    const flying = this.model.of(write!.key, 'flying')!;
    const newer = this.model.of(write!.key, 'waiting');
    if (ok) {
      assert.equal(this.queue.done(write!), newer === undefined);
      flying.state = 'done';
      return;
    }
    const isLast = write!.attempts + 1 >= most;
    const expected = newer !== undefined ? 'replaced' : isLast ? 'lost' : 'again';
    assert.equal(this.queue.failed(write!, { dueAt: this.#now + 2, most }), expected);
    flying.state = expected === 'again' ? 'waiting' : expected;
  }

  #compare(): void {
    const { queue, model } = this;
    assert.deepEqual(new Set(queue.keys()), model.keys());
    assert.equal(queue.size, model.keys().size);
    for (const key of ['a', 'b', 'c', 'd']) {
      assert.equal(queue.waiting(key), model.of(key, 'waiting')?.value);
      assert.equal(queue.flying(key), model.of(key, 'flying')?.value);
      assert.equal(queue.newest(key), queue.waiting(key) ?? queue.flying(key));
    }
    const next = queue.nextDueAt();
    const canTake = model.writes.some(
      ({ key, state }) => state === 'waiting' && model.of(key, 'flying') === undefined,
    );
    assert.equal(next !== undefined, canTake);
  }
}

describe('a queue of writes', () => {
  it('does what a list of all writes would, and ends with the newest of each key', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (all) => {
        const play = new Play();
        for (const step of all) play.step(step);
        play.finish();
        const lasts = new Map(play.model.writes.map((write) => [write.key, write.state]));
        expect([...lasts.values()].filter((state) => state !== 'done' && state !== 'lost')).toEqual(
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('gives nothing before it is due, then the one whose key came first', () => {
    const queue = new WriteQueue<number>({ maxKeys: 9 });
    queue.put('a', 1, 10);
    queue.put('b', 2, 5);
    expect(queue.take(4, 9)).toEqual([]);
    expect(queue.take(10, 1).map(({ key }) => key)).toEqual(['a']);
    expect(queue.take(10, 1).map(({ key }) => key)).toEqual(['b']);
  });

  it('leaves a key due when it was, whatever comes for it meanwhile', () => {
    const queue = new WriteQueue<number>({ maxKeys: 9 });
    queue.put('a', 1, 10);
    queue.put('a', 2, 99);
    expect(queue.take(10, 1)).toEqual([{ key: 'a', value: 2, attempts: 0 }]);
  });

  it('takes half as many each time they fail, so that one bad write does not spoil the rest', () => {
    const queue = new WriteQueue<number>({ maxKeys: 99 });
    for (let n = 0; n < 8; n++) queue.put(`k${n}`, n, 0);
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      const batches: (readonly QueuedWrite<number>[])[] = [];
      do batches.push(queue.take(round, 8));
      while (batches.at(-1)!.length > 0);
      sizes.push(batches[0]!.length);
      for (const write of batches.flat()) queue.failed(write, { dueAt: round + 1, most: 9 });
    }
    expect(sizes).toEqual([8, 4, 2, 1]);
  });

  it('gives up everything at once when it is cleared', () => {
    const queue = new WriteQueue<number>({ maxKeys: 9 });
    queue.put('a', 1, 0);
    queue.put('b', 2, 0);
    queue.take(0, 1);
    queue.put('a', 3, 0);
    expect(queue.clear().map(({ key, value }) => [key, value])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect(queue.size).toBe(0);
  });
});
