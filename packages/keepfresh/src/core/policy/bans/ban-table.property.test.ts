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

const bans: fc.Arbitrary<PlainBan> = fc.oneof(
  fc.record({
    kind: fc.constant('key' as const),
    key,
    soft,
    except: fc.option(token, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('tag' as const), tag: fc.constantFrom(...tags), soft }),
  fc.record({ kind: fc.constant('pattern' as const), pattern: fc.constantFrom(...patterns) }),
);

interface StoreCommand {
  do: 'store';
  key: string;
  tags: string[];
  token: string;
}

type Command =
  | { do: 'apply' | 'call'; ban: PlainBan }
  | { do: 'reset'; missed: PlainBan[] }
  | StoreCommand
  | { do: 'append' | 'acknowledge' | 'repeat' | 'clear' | 'ask' | 'answer' | 'prune' | 'raise' };

const when = (...does: ('append' | 'acknowledge' | 'repeat' | 'clear')[]): fc.Arbitrary<Command> =>
  fc.record({ do: fc.constantFrom(...does) });

const ordinary: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('apply' as const), ban: bans }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), ban: bans }) },
  { weight: 5, arbitrary: when('append', 'acknowledge', 'acknowledge') },
  { weight: 1, arbitrary: when('clear') },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('store' as const), key, tags: tagList, token }),
  },
);

const harsh: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: ordinary },
  { weight: 1, arbitrary: when('repeat') },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('ask' as const, 'answer' as const, 'prune' as const, 'raise' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reset' as const),
      missed: fc.array(bans, { maxLength: 4 }),
    }),
  },
);

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
    else if (command.do === 'prune') this.table.prune(this.#applied - 2);
    else if (command.do === 'reset') this.#reset(command.missed);
    else this.#raise();
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
      ({ ban, position: at }) =>
        at > position && covers(ban, entry) && !this.#isForgotten(ban, at, position),
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

  /** Of keys the table may forget what its floor says. */
  #isForgotten(ban: PlainBan, at: number, position: number): boolean {
    return ban.kind === 'key' && at <= this.table.keyFloor && position < this.table.keyFloor;
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

/** Each way to ask: entries as they hold their cells, loads that take theirs at their end, records. */
function* questions(world: World): Generator<{ entry: Entry; since: number; position: number }> {
  const { table } = world;
  for (const entry of world.entries) yield { entry, since: entry.seq, position: 0 };
  for (const name of keys) {
    for (const back of [0, 1, 3, 8]) {
      const names = tags.slice(back % 3, (back % 3) + 2);
      const cells = names.map((tag) => table.intern(tag));
      const mine = tokens[back % 3]!;
      const since = Math.max(0, table.seq - back);
      const position = Math.max(0, world.position - back);
      yield { entry: { key: name, names, cells, token: mine, seq: since }, since, position };
    }
  }
}

describe('a table beside the definition', () => {
  test('judges exactly as the definition says while it has room', () => {
    fc.assert(
      fc.property(fc.array(ordinary, { maxLength: 40 }), (commands) => {
        const world = new World({});
        for (const command of commands) world.run(command);
        expect(world.table.problems()).toEqual([]);
        for (const { entry, since, position } of questions(world)) {
          const { table } = world;
          const banned = table.isBannedSince(since, entry.key, entry.cells, entry.token);
          const verdict = table.verdict(entry.key, { ...entry, position, tags: entry.names });
          if (world.isSparedTwice(entry.key) && (banned || verdict === 'banned')) continue;
          const expired = table.isExpiredSince(since, entry.key, entry.cells);
          expect(banned).toBe(world.isBannedSince(since, entry, 'hard'));
          expect(expired).toBe(world.isBannedSince(since, entry, 'soft'));
          expect(verdict).toBe(world.verdict(position, entry));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('is never laxer than the definition, whatever it forgets, widens or missed', () => {
    const tight = { maxKeys: 3, maxTags: 3, maxPatterns: 4, maxGlobs: 2 };
    fc.assert(
      fc.property(fc.array(harsh, { maxLength: 60 }), (commands) => {
        const world = new World(tight);
        const { table } = world;
        for (const command of commands) {
          world.run(command);
          expect(table.problems()).toEqual([]);
        }
        for (const { entry, since, position } of questions(world)) {
          if (world.isBannedSince(since, entry, 'hard')) {
            expect(table.isBannedSince(since, entry.key, entry.cells, entry.token)).toBe(true);
          } else if (world.isBannedSince(since, entry, 'soft')) {
            const expired = table.isExpiredSince(since, entry.key, entry.cells);
            const banned = table.isBannedSince(since, entry.key, entry.cells, entry.token);
            expect(expired || banned).toBe(true);
          }
          const verdict = table.verdict(entry.key, { ...entry, position, tags: entry.names });
          const truth = world.verdict(position, entry);
          if (truth === 'banned') expect(['banned', 'unknown-tags']).toContain(verdict);
          if (truth === 'stale') expect(['stale', 'banned', 'unknown-tags']).toContain(verdict);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('never bans what is newer than everything it knows', () => {
    const tight = { maxKeys: 3, maxTags: 3, maxPatterns: 4, maxGlobs: 2 };
    fc.assert(
      fc.property(fc.array(harsh, { maxLength: 60 }), key, tagList, (commands, name, names) => {
        const world = new World(tight);
        const { table } = world;
        for (const command of commands) world.run(command);
        const cells = names.map((tag) => table.intern(tag));
        expect(table.isBannedSince(table.seq, name, cells)).toBe(false);
        expect(table.isExpiredSince(table.seq, name, cells)).toBe(false);
        if (table.stats().pending > 0) return;
        const record = { position: world.position, token: 'T9', tags: names };
        expect(table.verdict(name, record)).toBe('valid');
      }),
      { numRuns: 1_000 },
    );
  });
});
