import { createHash } from 'node:crypto';

/** A Lua script as `scripts.ts` carries it. */
export interface LuaSource {
  readonly text: string;
  /** Whether it also runs when Redis is full, where the server knows how to say that. */
  readonly allowOom: boolean;
}

/** A script in the form one server understands. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const modern = new Map<LuaSource, Script>();
const classic = new Map<LuaSource, Script>();

/**
 * The script for a server of this major version. From Redis 7 a script may carry flags; older ones take
 * the first line for a syntax error, and refuse writing scripts while they are full.
 */
export function scriptFor(source: LuaSource, majorVersion: number): Script {
  const flagged = source.allowOom && majorVersion >= 7;
  const known = flagged ? modern : classic;
  const found = known.get(source);
  if (found !== undefined) return found;
  const text = flagged ? `#!lua flags=allow-oom\n${source.text}` : source.text;
  const script = { text, sha: createHash('sha1').update(text).digest('hex') };
  known.set(source, script);
  return script;
}
