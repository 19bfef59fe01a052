import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TagState } from '../../ports/memory.ts';
import { Glob } from '../glob.ts';
import type { PlainBan } from './ban-mark.ts';
import { BanTable, type BanTableOptions, type PendingBans, type Verdict } from './ban-table.ts';
import type { TagQuestion } from './tag-bans.ts';

const keys = ['a', 'a:1', 'a:1:x', 'b:1', 'a:2:x:stats', 'c:a:1:x', 'é:1'];
const tags = ['t1', 't2', 't3', 't4', 't5'];
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

interface StoreCommand {
  readonly do: 'store';
  readonly key: string;
  readonly tags: readonly string[];
  readonly token: string;
}

type Command =
  /** Another process, or this one, bans. */
  | { readonly do: 'apply' | 'call'; readonly ban: PlainBan }
  /** Starts anew after missing something. */
  | { readonly do: 'reset'; readonly missed: readonly PlainBan[] }
  | StoreCommand
  | { readonly do: Simple };

type Simple = ('append' | 'acknowledge' | 'repeat') | ('clear' | 'ask' | 'answer' | 'raise');

const simple = (...names: readonly Simple[]): fc.Arbitrary<Command> =>
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

interface Known {
  readonly ban: PlainBan;
  /** When the process learned of it; 0 for one it missed. */
  readonly seq: number;
  position: number;
}

interface Entry {
  readonly key: string;
  readonly names: readonly string[];
  readonly cells: readonly TagState[];
  readonly token: string;
  readonly seq: number;
}

function covers(ban: PlainBan, entry: { key: string; names: readonly string[]; token: string }) {
  if (ban.kind === 'key') {
    const isSpared = ban.soft !== true && ban.except === entry.token;
    return ban.key === entry.key && !isSpared;
  }
  if (ban.kind === 'tag') return entry.names.includes(ban.tag);
  return ban.kind === 'clear' || new Glob(ban.pattern).matches(entry.key);
}

const isSoft = (ban: PlainBan): boolean => 'soft' in ban && ban.soft === true;

/** A table beside the plain list of everything that happened, judged by the definition. */
class World {
  readonly table: BanTable;
  readonly entries: Entry[] = [];
  readonly #all: Known[] = [];
  readonly #called: { handle: PendingBans; known: Known }[] = [];
  readonly #appended: { handle: PendingBans; known: Known; position: number }[] = [];
  readonly #settled: { handle: PendingBans; ban: PlainBan }[] = [];
  #question: { question: TagQuestion; positions: { hard: number; soft: number }[] } | undefined;
  #position = 0;
  #applied = 0;
  #floor = 0;
  #clearedSeq = 0;
  #startedAt = 0;

  constructor(options: BanTableOptions) {
    this.table = new BanTable(options);
  }

  get position(): number {
    return this.#position;
  }

  run(command: Command): void {
    if (command.do === 'apply') this.#apply(command.ban);
    else if (command.do === 'clear') this.#apply({ kind: 'clear' });
    else if (command.do === 'call') this.#call(command.ban);
    else if (command.do === 'append') this.#append();
    else if (command.do === 'acknowledge') this.#acknowledge();
    else if (command.do === 'repeat') this.#repeat();
    else if (command.do === 'store') this.#store(command);
    else if (command.do === 'ask') this.#ask();
    else if (command.do === 'answer') this.#answer();
    else if (command.do === 'reset') this.#reset(command.missed);
    else this.#raise();
  }

  /** Lets the log place every own ban. */
  settle(): void {
    while (this.#called.length > 0) this.#append();
    while (this.#appended.length > 0) this.#acknowledge();
  }

  /** Whether a ban that the process applied after `seq` covers the entry. */
  isBannedSince(seq: number, entry: Entry, wanted: 'hard' | 'soft'): boolean {
    if (wanted === 'hard' && this.#clearedSeq > seq) return true;
    return this.#all.some(
      ({ ban, seq: at }) => at > seq && isSoft(ban) === (wanted === 'soft') && covers(ban, entry),
    );
  }

  /** What is true of a record, by everything placed up to what was applied, and all own bans without a place. */
  verdict(position: number, entry: Entry): Verdict {
    if (position < this.#floor) return 'banned';
    const newer = this.#all.filter(
      ({ ban, position: at }) => at > position && covers(ban, entry) && !this.#isForgotten(ban, at),
    );
    if (newer.some(({ ban }) => !isSoft(ban))) return 'banned';
    return newer.length > 0 ? 'stale' : 'valid';
  }

  /** Whether a key was banned sparing different values: then the table may ban what the definition spares. */
  isSparedTwice(name: string): boolean {
    const spared = this.#all.flatMap(({ ban }) =>
      ban.kind === 'key' && ban.key === name && ban.except !== undefined && !isSoft(ban)
        ? [ban.except]
        : [],
    );
    return new Set(spared).size > 1;
  }

  /** A log tells who starts anew nothing of the keys that were banned before. */
  #isForgotten(ban: PlainBan, at: number): boolean {
    return ban.kind === 'key' && at <= this.#startedAt;
  }

  #apply(ban: PlainBan): void {
    this.table.apply(ban, ++this.#position);
    this.#applied = this.#position;
    this.#all.push({ ban, seq: this.table.seq, position: this.#position });
  }

  #call(ban: PlainBan): void {
    const handle = this.table.applyPending([ban]);
    const known = { ban, seq: this.table.seq, position: Number.POSITIVE_INFINITY };
    this.#all.push(known);
    this.#called.push({ handle, known });
  }

  /** The log places an own ban; the process does not know yet. */
  #append(): void {
    const called = this.#called.shift();
    if (called !== undefined) this.#appended.push({ ...called, position: ++this.#position });
  }

  #acknowledge(): void {
    const appended = this.#appended.pop();
    if (appended === undefined) return;
    this.table.place(appended.handle, appended.position);
    appended.known.position = appended.position;
    this.#applied = Math.max(this.#applied, appended.position);
    this.#settled.push({ handle: appended.handle, ban: appended.known.ban });
  }

  /** An own ban is told to the log again. */
  #repeat(): void {
    const settled = this.#settled.shift();
    if (settled === undefined) return;
    this.table.place(settled.handle, ++this.#position);
    this.#applied = this.#position;
    this.#all.push({ ban: settled.ban, seq: this.table.seq, position: this.#position });
  }

  #store(entry: StoreCommand): void {
    const cells = entry.tags.map((tag) => this.table.intern(tag));
    const { key: name, tags: names, token: mine } = entry;
    this.entries.push({ key: name, names, cells, token: mine, seq: this.table.seq });
  }

  #ask(): void {
    const question = this.table.askTags(tags);
    const newest = (tag: string, wantSoft: boolean): number =>
      Math.max(
        0,
        ...this.#all
          .filter(({ ban }) => ban.kind === 'tag' && ban.tag === tag && isSoft(ban) === wantSoft)
          .map(({ position }) => (Number.isFinite(position) ? position : 0)),
      );
    const positions = tags.map((tag) => ({ hard: newest(tag, false), soft: newest(tag, true) }));
    this.#question = { question, positions };
  }

  #answer(): void {
    if (this.#question !== undefined) {
      this.table.learnTags(this.#question.question, this.#question.positions);
    }
  }

  #raise(): void {
    this.#floor = Math.max(this.#floor, this.#applied - 3);
    this.table.raiseFloor(this.#floor);
  }

  #reset(missed: readonly PlainBan[]): void {
    for (const ban of missed) this.#all.push({ ban, seq: 0, position: ++this.#position });
    this.#applied = this.#position;
    this.#startedAt = this.#position;
    const placed = this.#all.filter(({ position }) => Number.isFinite(position));
    const floors = placed.map(({ ban, position }) => (ban.kind === 'clear' ? position : 0));
    this.#floor = Math.max(this.#floor, ...floors);
    this.#clearedSeq = this.table.seq + 1;
    this.table.reset({
      floor: this.#floor,
      completeFrom: this.#applied,
      patterns: placed.flatMap(({ ban, position }) =>
        ban.kind === 'pattern' ? [{ pattern: ban.pattern, position }] : [],
      ),
    });
  }
}

interface Judgement {
  readonly since: number;
  readonly banned: boolean;
  readonly expired: boolean;
}

/** Holds the entries of a world, and judges them when they are asked for and when a ban of theirs is forgotten. */
class Held {
  readonly #table: BanTable;
  readonly #judged = new Map<Entry, Judgement>();

  constructor({ table, entries }: World) {
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
function* questions(world: World): Generator<Question> {
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
        const world = new World({});
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
        const world = new World(limits);
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
        const world = new World(limits);
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
        const world = new World(limits);
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
