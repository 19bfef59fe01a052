import type { TagState } from '../../src/core/ports/memory.ts';
import type { PlainBan } from '../../src/core/policy/bans/ban-mark.ts';
import {
  BanTable,
  type BanTableOptions,
  type PendingBans,
  type Verdict,
} from '../../src/core/policy/bans/ban-table.ts';
import type { TagQuestion } from '../../src/core/policy/bans/tag-bans.ts';
import { Glob } from '../../src/core/policy/glob.ts';

/** All tags that there are. */
export const tags: readonly string[] = ['t1', 't2', 't3', 't4', 't5'];

interface StoreCommand {
  readonly do: 'store';
  readonly key: string;
  readonly tags: readonly string[];
  readonly token: string;
}

/** What happens to a ban table, and to what it judges. */
export type Command =
  /** Another process, or this one, bans. */
  | { readonly do: 'apply' | 'call'; readonly ban: PlainBan }
  /** Starts anew after missing something. */
  | { readonly do: 'reset'; readonly missed: readonly PlainBan[] }
  | StoreCommand
  | { readonly do: SimpleCommand };

/** What happens without further words. */
export type SimpleCommand =
  | ('append' | 'acknowledge' | 'repeat')
  | ('clear' | 'ask' | 'answer' | 'raise');

interface Known {
  readonly ban: PlainBan;
  /** When the process learned of it; 0 for one it missed. */
  readonly seq: number;
  position: number;
}

/** A value that was loaded when the table had applied `seq` bans. */
export interface Entry {
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
export class BanWorld {
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
