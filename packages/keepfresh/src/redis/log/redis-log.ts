import {
  durableMs,
  type Appended,
  type AppendRequest,
  type Ban,
  type Beat,
  type Log,
  type Member,
  type MemberState,
  mostEntriesOfBeat,
  mostMissedEntries,
  type TagPositions,
} from '../../core/ports/log.ts';
import { type LogLimits, standardLogLimits } from '../../core/ports/log-limits.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { systemClock } from '../../core/system-clock.ts';
import { systemRandom } from '../../core/system-random.ts';
import { bansToJson, coversToJson } from './ban-codec.ts';
import type { RedisArgument } from '../connections/connection.ts';
import { KnownLog } from './known-log.ts';
import { encodeHead, shortRunId } from './log-head.ts';
import {
  readAppended,
  readAppendedShort,
  readBeat,
  readMembers,
  readTagPositions,
} from './log-replies.ts';
import { type EntryContent, PreparedEntry } from './prepared-entry.ts';
import type { DurableWait, RedisClient, ScriptArguments } from '../deployments/redis-client.ts';
import {
  appendFullyLua,
  appendLua,
  beatFullyLua,
  beatLua,
  leaveLua,
  membersLua,
  tagPositionsLua,
} from '../scripts/scripts.ts';

/** What the log is kept in, a key each, in the order in which the scripts take them. */
export const controlParts = ['log', 'tags', 'meta', 'patterns', 'old-tags'] as const;

/** How much a log remembers, and how safely. */
export interface RedisLogOptions extends LogLimits {
  /** What every append waits for, unless it says so itself. @default nothing */
  readonly durable?: DurableWait | undefined;
  /** @default the machine's own */
  readonly clock?: Clock;
}

/**
 * The log in Redis: a stream, a hash and two sorted sets in one slot, named `{<name>}:…`. Every method is one
 * script; `scripts/parts/control.lua` says what is where.
 */
export class RedisLog implements Log {
  readonly #client: RedisClient;
  readonly #keys: readonly string[];
  readonly #tagsAndMeta: readonly string[];
  readonly #limits: string;
  readonly #durable: DurableWait | undefined;
  readonly #known: KnownLog;

  constructor(client: RedisClient, name: string, options: RedisLogOptions = {}) {
    this.#client = client;
    this.#keys = controlParts.map((part) => `{${name}}:${part}`);
    this.#tagsAndMeta = this.#keys.slice(1, 3);
    const { retentionMs, tags, patterns, pruneMs } = { ...standardLogLimits, ...options };
    this.#durable = options.durable;
    this.#known = new KnownLog(options.clock ?? systemClock);
    this.#limits = [retentionMs, tags, patterns, pruneMs].map((n) => n.toFixed(0)).join(' ');
  }

  async beat(member: Member): Promise<Beat> {
    const { id, epoch, applied: last, nonce } = member;
    const said = saidBy(member);
    const short = (runId: string): readonly RedisArgument[] => [
      encodeHead({ epoch, last, nonce }, runId),
      `m:${id}`,
      said,
    ];
    const reply =
      (await this.#client.run(beatLua, this.#keys.slice(0, 3), short)) ??
      (await this.#client.run(beatFullyLua, this.#keys, this.#args(member, mostEntriesOfBeat)));
    const beat = readBeat(reply, member);
    this.#known.learn(beat);
    return beat;
  }

  async append(member: Member, request: AppendRequest): Promise<Appended> {
    const appended =
      (await this.#appendShort(member, request)) ?? (await this.#appendFully(member, request));
    if (request.members === false) return appended;
    return { ...appended, members: await this.#members(member.maxLagMs) };
  }

  async tagPositions(tags: readonly string[]): Promise<TagPositions> {
    const args = [this.#limits, '', systemRandom.hex(8)];
    for (const tag of tags) args.push(`h${tag}`, `s${tag}`);
    return readTagPositions(await this.#client.run(tagPositionsLua, this.#keys, args));
  }

  async members(): Promise<readonly MemberState[]> {
    return this.#members(0);
  }

  async leave(memberId: string): Promise<void> {
    await this.#client.run(leaveLua, this.#tagsAndMeta.slice(1), [memberId]);
  }

  onNews(onNews: (memberId: string) => void): () => void {
    // A function of its own: who listens twice is told twice.
    return this.#client.subscribe(this.#keys[0]!, (memberId) => onNews(memberId));
  }

  /** Where nobody knows them any more, one stands for them that may trust for so long. */
  async #members(unknownLagMs: number): Promise<readonly MemberState[]> {
    return readMembers(await this.#client.run(membersLua, this.#tagsAndMeta, []), unknownLagMs);
  }

  /** Undefined where the log is not as this member knows it, or does not do what the request asks for. */
  async #appendShort(member: Member, request: AppendRequest): Promise<Appended | undefined> {
    const known = this.#known.at(member.epoch);
    const clears = request.bans.some(({ kind }) => kind === 'clear');
    if (known === undefined || clears || this.#waitOf(request) !== undefined) return undefined;
    const content = contentOf(request.bans);
    const entry = new PreparedEntry(member, content, known.serverNow);
    const keys = this.#keys.slice(0, keysTouchedBy(content.effects));
    const reply = await this.#client.run(appendLua, keys, (runId) => entry.argumentsFor(runId));
    return reply === null ? undefined : readAppendedShort(reply, entry.head, known);
  }

  async #appendFully(member: Member, request: AppendRequest): Promise<Appended> {
    const { nonce, bans, effects } = contentOf(request.bans);
    const args = this.#args(member, mostMissedEntries, [nonce, bans, ...effects]);
    const wait = this.#waitOf(request);
    const reply =
      wait === undefined
        ? await this.#client.run(appendFullyLua, this.#keys, args)
        : await this.#client.runDurably(appendFullyLua, this.#keys, args, wait);
    const appended = readAppended(reply);
    this.#known.learn(appended);
    return appended;
  }

  #waitOf({ durable }: AppendRequest): DurableWait | undefined {
    const wait = durable === undefined ? this.#durable : { replicas: durable, waitMs: durableMs };
    return wait !== undefined && wait.replicas > 0 ? wait : undefined;
  }

  /** Arguments 1 to 9 of the other scripts, and what follows. */
  #args(member: Member, mostEntries: number, rest: readonly string[] = []): ScriptArguments {
    const { id, maxLagMs, epoch, applied, nonce } = member;
    const said = [`m:${id}`, `${Math.ceil(maxLagMs)}`, epoch, `${applied}`, nonce];
    const [limits, random] = [this.#limits, systemRandom.hex(8)];
    return (runId) => [limits, shortRunId(runId), random, ...said, `${mostEntries}`, ...rest];
  }
}

/** What a member says with a beat. */
function saidBy({ applied, maxLagMs }: Member): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeDoubleBE(applied, 0);
  bytes.writeDoubleBE(Math.ceil(maxLagMs), 8);
  return bytes;
}

function contentOf(bans: readonly Ban[]): EntryContent {
  const effects = bans.map(effectOf).filter((effect) => effect !== '');
  return { nonce: systemRandom.hex(8), bans: bansToJson(bans), effects };
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

/** How many of the control keys, in their order: each costs the server a little, touched or not. */
function keysTouchedBy(effects: readonly string[]): number {
  if (effects.some((effect) => effect.startsWith('p'))) return 4;
  return effects.some((effect) => /^[HR]/.test(effect)) ? 3 : 2;
}
