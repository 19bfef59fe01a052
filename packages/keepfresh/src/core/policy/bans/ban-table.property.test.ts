import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BanWorld,
  type Command,
  type Entry,
  type SimpleCommand,
  tags,
} from '../../../../test/bans/ban-world.ts';
import type { PlainBan } from './ban-mark.ts';
import type { BanTable, BanTableOptions } from './ban-table.ts';

const keys = ['a', 'a:1', 'a:1:x', 'b:1', 'a:2:x:stats', 'c:a:1:x', 'é:1'];
const tokens = ['T1', 'T2', 'T3'];
const patterns = [
  ...['a:*', 'a:1:*', 'a:2:*', '*:x', '*:stats', '*', 'a*', 'a:1'],
  ...[
    'a:*:x',
    'a:*:*:x',
    '*:1:*',
    '*:*',
    '*:*:*',
    'a:**',
    '*:a:*:x',
    'c:*:x',
    '?:1',
    '[ab]:*',
    'a*x',
  ],
];

const key = fc.constantFrom(...keys);
const tagList = fc.uniqueArray(fc.constantFrom(...tags), { maxLength: 3 });
const token = fc.constantFrom(...tokens);
const soft = fc.constantFrom(undefined, undefined, true);

const keyBans: fc.Arbitrary<PlainBan> = fc.record({
  kind: fc.constant('key' as const),
  key,
  soft,
  except: fc.option(token, { nil: undefined }),
});
const tagBans: fc.Arbitrary<PlainBan> = fc.record({
  kind: fc.constant('tag' as const),
  tag: fc.constantFrom(...tags),
  soft,
});
const patternBans: fc.Arbitrary<PlainBan> = fc.record({
  kind: fc.constant('pattern' as const),
  pattern: fc.constantFrom(...patterns),
});
const anyBans = fc.oneof(keyBans, tagBans, patternBans);

const simple = (...names: readonly SimpleCommand[]): fc.Arbitrary<Command> =>
  fc.record({ do: fc.constantFrom(...names) });

/** What happens while there is room for everything. */
const ordinary = (bans: fc.Arbitrary<PlainBan>): fc.WeightedArbitrary<Command>[] => [
  { weight: 8, arbitrary: fc.record({ do: fc.constant('apply' as const), ban: bans }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), ban: bans }) },
  { weight: 5, arbitrary: simple('append', 'acknowledge', 'acknowledge') },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('store' as const), key, tags: tagList, token }),
  },
];

const reset: fc.Arbitrary<Command> = fc.record({
  do: fc.constant('reset' as const),
  missed: fc.array(anyBans, { maxLength: 4 }),
});

/** What room there is, and what happens. One thing is scarce at a time, lest one loss hides another. */
interface Scenario {
  readonly limits: BanTableOptions;
  readonly commands: fc.Arbitrary<Command>;
}

const scenarios: Record<string, Scenario> = {
  'keys are forgotten': {
    limits: { maxKeys: 1 },
    commands: fc.oneof(...ordinary(keyBans), simple('repeat')),
  },
  'tags are forgotten': {
    limits: { maxTags: 3 },
    commands: fc.oneof(...ordinary(tagBans), { weight: 3, arbitrary: simple('ask', 'answer') }),
  },
  'patterns are widened': {
    limits: { maxPatterns: 4, maxGlobs: 2 },
    commands: fc.oneof(...ordinary(patternBans)),
  },
  'floors are raised': {
    limits: {},
    commands: fc.oneof(...ordinary(anyBans), simple('raise', 'repeat')),
  },
  'the process starts anew': {
    limits: {},
    commands: fc.oneof(...ordinary(anyBans), reset, simple('ask', 'answer', 'clear')),
  },
  'everything happens': {
    limits: { maxKeys: 1, maxTags: 3, maxPatterns: 4, maxGlobs: 2 },
    commands: fc.oneof(
      ...ordinary(anyBans),
      reset,
      simple('repeat', 'raise', 'clear', 'ask', 'answer'),
    ),
  },
};

interface Judgement {
  readonly since: number;
  readonly banned: boolean;
  readonly expired: boolean;
}

/** Holds the entries of a world, and judges them when they are asked for and when a ban of theirs is forgotten. */
class Held {
  readonly #table: BanTable;
  readonly #judged = new Map<Entry, Judgement>();

  constructor({ table, entries }: BanWorld) {
    this.#table = table;
    table.beforeForgetting((name) => {
      for (const entry of entries) if (entry.key === name) this.judge(entry);
    });
  }

  judge(entry: Entry): Judgement {
    const before = this.#judged.get(entry);
    const since = before?.since ?? entry.seq;
    const { key: name, cells } = entry;
    const judgement = {
      since: this.#table.seq,
      banned: before?.banned === true || this.#table.isHeldBannedSince(since, name, cells),
      expired: before?.expired === true || this.#table.isExpiredSince(since, name, cells),
    };
    this.#judged.set(entry, judgement);
    return judgement;
  }
}

interface Question {
  readonly entry: Entry;
  readonly since: number;
  readonly position: number;
}

/** Each way to ask: of entries that hold their cells, of loads that take theirs at their end, of records. */
function* questions(world: BanWorld): Generator<Question> {
  const { table, position } = world;
  for (const entry of world.entries) yield { entry, since: entry.seq, position };
  for (const name of keys) {
    for (const back of [0, 1, 2, 3, 5, 8]) {
      const names = tags.slice(back % 4, (back % 4) + (back % 3));
      const cells = names.map((tag) => table.intern(tag));
      const since = Math.max(0, table.seq - back);
      const entry = { key: name, names, cells, token: tokens[back % 3]!, seq: since };
      yield { entry, since, position: Math.max(0, position - back) };
    }
  }
}

function answers(table: BanTable, { entry, since, position }: Question) {
  return {
    banned: table.isBannedSince(since, entry.key, entry.cells, entry.token),
    expired: table.isExpiredSince(since, entry.key, entry.cells),
    verdict: table.verdict(entry.key, { position, token: entry.token, tags: entry.names }),
  };
}

describe('a table beside the definition', () => {
  test('judges exactly as the definition says while it has room', () => {
    const commands = fc.array(fc.oneof(...ordinary(anyBans), simple('clear')), { maxLength: 40 });
    fc.assert(
      fc.property(commands, (history) => {
        const world = new BanWorld({});
        for (const command of history) world.run(command);
        expect(world.table.problems()).toEqual([]);
        for (const question of questions(world)) {
          const { entry, since, position } = question;
          const { banned, expired, verdict } = answers(world.table, question);
          if (world.isSparedTwice(entry.key) && (banned || verdict === 'banned')) continue;
          expect(banned).toBe(world.isBannedSince(since, entry, 'hard'));
          expect(expired).toBe(world.isBannedSince(since, entry, 'soft'));
          expect(verdict).toBe(world.verdict(position, entry));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('judges what is held as the definition says, however few keys are remembered', () => {
    const { limits, commands } = scenarios['keys are forgotten']!;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (history) => {
        const world = new BanWorld(limits);
        const held = new Held(world);
        for (const command of history) world.run(command);
        for (const entry of world.entries) {
          const { banned, expired } = held.judge(entry);
          // Who holds values knows no tokens of theirs.
          const unspared = { ...entry, token: 'none' };
          expect(banned).toBe(world.isBannedSince(entry.seq, unspared, 'hard'));
          if (!banned) expect(expired).toBe(world.isBannedSince(entry.seq, unspared, 'soft'));
        }
      }),
      { numRuns: 250 },
    );
  });

  test.each(Object.keys(scenarios))('is never laxer than the definition when %s', (name) => {
    const { limits, commands } = scenarios[name]!;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40 }), (history) => {
        const world = new BanWorld(limits);
        for (const command of history) world.run(command);
        expect(world.table.problems()).toEqual([]);
        for (const question of questions(world)) {
          const { entry, since, position } = question;
          const { banned, expired, verdict } = answers(world.table, question);
          if (world.isBannedSince(since, entry, 'hard')) expect(banned).toBe(true);
          if (world.isBannedSince(since, entry, 'soft')) expect(expired || banned).toBe(true);
          const truth = world.verdict(position, entry);
          if (truth === 'banned') expect(['banned', 'unknown-tags']).toContain(verdict);
          if (truth === 'stale') expect(['stale', 'banned', 'unknown-tags']).toContain(verdict);
        }
      }),
      { numRuns: 250 },
    );
  });

  test.each(Object.keys(scenarios))('spares what is newer than all it knows when %s', (name) => {
    const { limits, commands } = scenarios[name]!;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40 }), key, tagList, (history, of, names) => {
        const world = new BanWorld(limits);
        const { table } = world;
        for (const command of history) world.run(command);
        world.settle();
        const cells = names.map((tag) => table.intern(tag));
        expect(table.isBannedSince(table.seq, of, cells)).toBe(false);
        expect(table.isExpiredSince(table.seq, of, cells)).toBe(false);
        expect(table.stats().pending).toBe(0);
        const record = { position: world.position, token: 'T9', tags: names };
        expect(table.verdict(of, record)).toBe('valid');
      }),
      { numRuns: 100 },
    );
  });
});
