import type { Ban, HoldBan, KeyBan, PatternBan, TagBan } from '../../core/ports/log.ts';

/**
 * Bans as they stand in the log: a list of short lists that begin with a letter. `k` key, `K` key expired, `t` tag,
 * `T` tag expired, `p` pattern, `c` clear, `h` hold, `r` release, `a` acknowledge. A letter a reader does not know
 * was written by a newer version: it counts as clear.
 */
export function bansToJson(bans: readonly Ban[]): string {
  return JSON.stringify(bans.map(toList));
}

/** The bans in `json`; what cannot be understood is a clear. Never throws. */
export function bansFromJson(json: string): readonly Ban[] {
  try {
    const lists: unknown = JSON.parse(json);
    return Array.isArray(lists) ? lists.map(fromList) : [clear];
  } catch {
    return [clear];
  }
}

/** What a hold covers, as it is kept beside its end. */
export function coversToJson(hold: HoldBan): string {
  return bansToJson(hold.covers);
}

/** What a hold covers; everything, when that cannot be understood. */
export function coversFromJson(json: string): HoldBan['covers'] {
  const covers = bansFromJson(json);
  return covers.every(isCover) ? covers : [{ kind: 'pattern', pattern: '*' }];
}

const clear: Ban = { kind: 'clear' };

function toList(ban: Ban): readonly unknown[] {
  switch (ban.kind) {
    case 'key':
      return [ban.soft === true ? 'K' : 'k', ban.key, ...(ban.except ? [ban.except] : [])];
    case 'tag':
      return [ban.soft === true ? 'T' : 't', ban.tag];
    case 'pattern':
      return ['p', ban.pattern];
    case 'clear':
      return ['c'];
    case 'hold':
      return ['h', ban.token, ban.until, ban.covers.map(toList)];
    case 'release':
      return ['r', ban.token];
    case 'acknowledge':
      return ['a'];
  }
}

function fromList(list: unknown): Ban {
  if (!Array.isArray(list)) return clear;
  const [letter, text, second, third] = list as unknown[];
  if (letter === 'a') return { kind: 'acknowledge' };
  if (typeof text !== 'string') return clear;
  switch (letter) {
    case 'k':
    case 'K':
      return keyBan(text, letter === 'K', second);
    case 't':
      return { kind: 'tag', tag: text };
    case 'T':
      return { kind: 'tag', tag: text, soft: true };
    case 'p':
      return { kind: 'pattern', pattern: text };
    case 'h':
      return holdBan(text, second, third);
    case 'r':
      return { kind: 'release', token: text };
    default:
      return clear;
  }
}

function keyBan(key: string, soft: boolean, except: unknown): Ban {
  if (except !== undefined && typeof except !== 'string') return clear;
  return { kind: 'key', key, ...(except ? { except } : {}), ...(soft ? { soft } : {}) };
}

function holdBan(token: string, until: unknown, lists: unknown): Ban {
  if (typeof until !== 'number' || !Array.isArray(lists)) return clear;
  const covers = lists.map(fromList);
  return covers.every(isCover) ? { kind: 'hold', token, until, covers } : clear;
}

function isCover(ban: Ban): ban is KeyBan | TagBan | PatternBan {
  return ban.kind === 'key' || ban.kind === 'tag' || ban.kind === 'pattern';
}
