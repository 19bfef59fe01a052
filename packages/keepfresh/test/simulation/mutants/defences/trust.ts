import { instead, type Mutant, mutant, without } from '../mutant.ts';

const elapsed = 'src/core/engine/time/elapsed.ts';
const fetcher = 'src/core/engine/reads/fetcher.ts';
const reader = 'src/core/engine/reads/reader.ts';
const serverTime = 'src/core/engine/coherence/server-time.ts';
const trust = 'src/core/engine/coherence/trust.ts';

/** A process that has heard nothing for H does not judge by what it knows, and no clock alone tells it how long that is. */
export const trustMutants: readonly Mutant[] = [
  mutant(
    'untrusted L2 hit',
    'a process that has heard nothing for H judges records of the shared store',
    instead(
      fetcher,
      'return this.#judge.isTrusted() && this.#far.usable;',
      'return this.#far.usable;',
    ),
    without(fetcher, "if (!this.#judge.isTrusted(now)) return 'untrusted';"),
  ),
  mutant(
    'untrusted join',
    'a process that has heard nothing for H joins a load however long ago it began',
    instead(
      reader,
      'return this.#judge.isTrusted() || this.#judge.sawStart(flight.startedAt, caller.startedAt);',
      'return true;',
    ),
  ),
  mutant(
    'monotonic clock alone',
    'trust ends when the monotonic clock says so',
    instead(
      trust,
      'return now >= this.#from && now < this.#until;',
      'return this.#from !== Number.POSITIVE_INFINITY || now > Infinity;',
    ),
  ),
  mutant(
    'wall clock alone',
    'trust ends when the wall clock says so',
    without(
      trust,
      'this.#cancelRevocation = this.#clock.schedule(remaining, () => this.revoke());',
    ),
  ),
  mutant(
    'ages by the monotonic clock',
    'the time since a load began does not count while the machine sleeps',
    instead(
      elapsed,
      'Math.max(0, wall - this.#wall, monotonic - this.#monotonic)',
      'Math.max(0, monotonic - this.#monotonic)',
    ),
  ),
  mutant(
    'answer dated without the sleep',
    'an answer that tells the time counts as young as the monotonic clock shows',
    instead(serverTime, ', now.wall - sent.wall);', ');'),
  ),
];
