import type { LuaSource } from './script.ts';
import { appendFullyLua, appendLua, expireLua, invalidateLua, putLua } from './scripts.ts';

const changesOfRecords = [invalidateLua, expireLua, putLua] as const;
const none = [] as const;

/**
 * Scripts that a server has to know before it learns this one. An entry of the log is sent right behind the change
 * of the record that it tells of. If only the latter were unknown and had to be sent again, it would come after
 * the entry; where both are unknown, both are sent again, in their order.
 */
export function scriptsBefore(source: LuaSource): readonly LuaSource[] {
  return source === appendLua || source === appendFullyLua ? changesOfRecords : none;
}
