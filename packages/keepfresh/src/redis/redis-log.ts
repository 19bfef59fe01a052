import { randomBytes } from 'node:crypto';
import {
  durableMs,
  type Appended,
  type AppendRequest,
  type Ban,
  type Beat,
  type Log,
  type Member,
  type MemberState,
  type TagPositions,
} from '../core/ports/log.ts';
import { bansToJson, coversToJson } from './ban-codec.ts';
import { readAppended, readBeat, readMembers, readTagPositions } from './log-replies.ts';
import type { DurableWait, RedisClient, ScriptArguments } from './redis-client.ts';
import {
  appendFullyLua,
  appendLua,
  beatFullyLua,
  beatLua,
  leaveLua,
  membersLua,
  tagPositionsLua,
} from './scripts.ts';

/** How much a log remembers, and how safely. */
export interface RedisLogOptions {
  /** For how long entries, and so exact-key invalidations, are kept, in milliseconds. @default 60000 */
  readonly retentionMs?: number;
  /** Most tags whose newest invalidation is kept. @default 100000 */
  readonly tags?: number;
  /** Most patterns that are kept. @default 1024 */
  readonly patterns?: number;
  /** For how long tags and patterns are kept, in milliseconds: longer than any value lives. @default 7 days */
  readonly pruneMs?: number;
  /** What every append waits for, unless it says so itself. @default nothing */
  readonly durable?: DurableWait | undefined;
}

const mostEntriesOfBeat = 256;
const mostMissedEntries = 64;

/**
 * The log in Redis: a stream, a hash and two sorted sets in one slot, named `{<name>}:…`. Every method is one
 * script; `scripts/parts/control.lua` says what is where.
 */
export class RedisLog implements Log {
  readonly #client: RedisClient;
  readonly #keys: readonly string[];
  readonly #metaKey: string;
  readonly #newsChannel: string;
  readonly #limits: string;
  readonly #durable: DurableWait | undefined;
  /** Most tags, patterns and missed entries that the short append takes on. */
  readonly #mostOfAppend: readonly string[];

  constructor(client: RedisClient, name: string, options: RedisLogOptions = {}) {
    this.#client = client;
    this.#keys = ['log', 'meta', 'tags', 'patterns'].map((part) => `{${name}}:${part}`);
    this.#metaKey = `{${name}}:meta`;
    this.#newsChannel = `{${name}}:news`;
    const {
      retentionMs = 60_000,
      tags = 100_000,
      patterns = 1024,
      pruneMs = 604_800_000,
    } = options;
    this.#durable = options.durable;
    this.#mostOfAppend = [tags, patterns, mostMissedEntries + 1].map((n) => n.toFixed(0));
    this.#limits = [retentionMs, tags, patterns, pruneMs].map((n) => n.toFixed(0)).join(' ');
  }

  async beat(member: Member): Promise<Beat> {
    const short = this.#shortArgs(member, [String(mostEntriesOfBeat + 1)]);
    const reply =
      (await this.#client.run(beatLua, this.#keys, short)) ??
      (await this.#client.run(beatFullyLua, this.#keys, this.#args(member, mostEntriesOfBeat)));
    return readBeat(reply, member.applied);
  }

  async append(member: Member, request: AppendRequest): Promise<Appended> {
    const reply = await this.#appendReply(member, request);
    return readAppended(reply, request.members === false ? [] : await this.members());
  }

  async tagPositions(tags: readonly string[]): Promise<TagPositions> {
    const args = [this.#limits, '', randomHex()];
    for (const tag of tags) args.push(`h${tag}`, `s${tag}`);
    return readTagPositions(await this.#client.run(tagPositionsLua, this.#keys, args));
  }

  async members(): Promise<readonly MemberState[]> {
    const reply = await this.#client.run(membersLua, [this.#metaKey], []);
    const [now, meta] = reply as [number, readonly Buffer[]];
    return readMembers(meta, now);
  }

  async leave(memberId: string): Promise<void> {
    await this.#client.run(leaveLua, [this.#metaKey], [memberId]);
  }

  onNews(onNews: (memberId: string) => void): () => void {
    // A function of its own: who listens twice is told twice.
    return this.#client.subscribe(this.#newsChannel, (memberId) => onNews(memberId));
  }

  async #appendReply(member: Member, { bans, durable }: AppendRequest): Promise<unknown> {
    const effects = bans.map(effectOf).filter((effect) => effect !== '');
    const entry = [randomHex(), bansToJson(bans)];
    const fully = (): ScriptArguments =>
      this.#args(member, mostMissedEntries, [...entry, ...effects]);
    const wait = durable === undefined ? this.#durable : { replicas: durable, waitMs: durableMs };
    if (wait !== undefined && wait.replicas > 0)
      return this.#client.runDurably(appendFullyLua, this.#keys, fully(), wait);
    const isShort = effects.every((effect) => /^[hsp]/.test(effect));
    const short = this.#shortArgs(member, [...entry, ...this.#mostOfAppend, ...effects]);
    const reply = isShort ? await this.#client.run(appendLua, this.#keys, short) : null;
    return reply ?? this.#client.run(appendFullyLua, this.#keys, fully());
  }

  /** The arguments of the scripts for the common case. */
  #shortArgs(member: Member, rest: readonly string[]): ScriptArguments {
    const { id, maxLagMs, epoch, applied, nonce } = member;
    const bytes = Buffer.allocUnsafe(40 + 16);
    bytes.write(epoch.padEnd(16), 0, 'latin1');
    bytes.writeDoubleBE(applied, 16);
    bytes.write(nonce.padEnd(16), 24, 'latin1');
    bytes.writeDoubleBE(applied, 40);
    bytes.writeDoubleBE(Math.ceil(maxLagMs), 48);
    const [where, said] = [bytes.subarray(0, 40), bytes.subarray(40)];
    return (runId) => [where, runId, `m:${id}`, said, ...rest];
  }

  /** Arguments 1 to 9 of the other scripts, and what follows. */
  #args(member: Member, mostEntries: number, rest: readonly string[] = []): ScriptArguments {
    const { id, maxLagMs, epoch, applied, nonce } = member;
    const said = [`m:${id}`, `${Math.ceil(maxLagMs)}`, epoch, `${applied}`, nonce];
    const [limits, random] = [this.#limits, randomHex()];
    return (runId) => [limits, runId, random, ...said, `${mostEntries}`, ...rest];
  }
}

/** What a ban does to the tables besides standing in the log; a key does nothing. */
function effectOf(ban: Ban): string {
  switch (ban.kind) {
    case 'tag':
      return `${ban.soft === true ? 's' : 'h'}${ban.tag}`;
    case 'pattern':
      return `p${ban.pattern}`;
    case 'clear':
      return 'c';
    case 'hold':
      return `H${ban.token} ${ban.until.toFixed(0)} ${coversToJson(ban)}`;
    case 'release':
      return `R${ban.token}`;
    case 'key':
    case 'acknowledge':
      return '';
  }
}

function randomHex(): string {
  return randomBytes(8).toString('hex');
}
