import { instead, type Mutant, mutant, without } from '../mutant.ts';

const banTable = 'src/core/policy/bans/ban-table.ts';
const keyBans = 'src/core/policy/bans/key-bans.ts';
const tagBans = 'src/core/policy/bans/tag-bans.ts';
const judge = 'src/core/engine/judge.ts';

/** The table of what a process knows to be invalidated, and what it says of what it does not know. */
export const banMutants: readonly Mutant[] = [
  mutant(
    'key ban forgotten without floor',
    'a process keeps the newest two bans of keys and forgets the others without a trace',
    instead(
      banTable,
      'const { maxKeys = 65_536, maxYoungKeys = 4 * maxKeys } = options;',
      'const { maxKeys = 2, maxYoungKeys = 2 } = options;',
    ),
    without(keyBans, 'this.#forgottenSeq = Math.max(this.#forgottenSeq, seq);'),
    without(keyBans, '      this.#beforeForgetting(key);\n'),
    without(keyBans, '      this.#floor = Math.max(this.#floor, position);\n'),
  ),
  mutant(
    'own ban waits for the log',
    'an invalidation is in force in its own process when the log has placed it',
    without(banTable, '      this.#pending.add(each);\n      this.#add(each.ban, each);\n'),
  ),
  mutant(
    'epoch ignored',
    'a record of a history that is lost is judged by the present one',
    without(judge, "if (record.epoch !== view.point.epoch) return 'invalidated';"),
    without(banTable, "if (this.#everything.position > position) return 'banned';"),
  ),
  mutant(
    'tags unknown to a newcomer',
    'a process that starts takes tags that it has heard nothing of for never invalidated',
    without(tagBans, 'if (position < (cell?.completeFrom ?? this.#completeFrom)) isKnown = false;'),
  ),
  mutant(
    'patterns unknown to a newcomer',
    'a process that starts does not learn which patterns were invalidated',
    without(
      banTable,
      'for (const { pattern, position } of start.patterns) this.#add(patternBan(pattern), position);',
    ),
  ),
];
