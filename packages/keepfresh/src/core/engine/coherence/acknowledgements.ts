import type { Clock } from '../../ports/clock.ts';
import type { Appended, Log, MemberState } from '../../ports/log.ts';
import type { Position } from '../../ports/record.ts';
import { Budget } from '../time/budget.ts';
import { pause } from '../time/pause.ts';
import type { Moment } from './trust.ts';

export interface AcknowledgementsOptions {
  readonly clock: Clock;
  /** This process, which knows what it appended. */
  readonly memberId: string;
}

/** What the other members have applied, for who waits until all of them have. */
export class Acknowledgements {
  readonly #log: Log;
  readonly #options: AcknowledgementsOptions;

  constructor(log: Log, options: AcknowledgementsOptions) {
    this.#log = log;
    this.#options = options;
  }

  /**
   * Resolves when every member has applied what was appended, or has had to stop trusting what it knew before:
   * its own H has passed since the append. A log that changed its epoch meanwhile is waited for in full.
   */
  async wait(appended: Appended, since: Moment): Promise<void> {
    const others = appended.members.filter((member) => member.id !== this.#options.memberId);
    let waiting = others.filter((member) => member.applied < appended.position);
    for (let pauseMs = 1; waiting.length > 0; pauseMs = Math.min(pauseMs * 2, 20)) {
      const left = this.#longestWait(waiting, since);
      if (left <= 0) return;
      await pause(this.#options.clock, Math.min(left, pauseMs));
      waiting = stillBehind(waiting, await this.#readMembers(left), appended.position);
    }
  }

  #longestWait(waiting: readonly MemberState[], since: Moment): number {
    // The monotonic clock never shows more than has passed; a wall clock that is set may show anything.
    const elapsed = this.#options.clock.monotonic() - since.monotonic;
    const longest = Math.max(...waiting.map((member) => member.maxLagMs));
    return longest * 1.01 + 2 - elapsed;
  }

  async #readMembers(withinMs: number): Promise<readonly MemberState[] | undefined> {
    const budget = new Budget(this.#options.clock, Math.max(1, withinMs));
    return budget.within('members', this.#log.members()).catch(() => undefined);
  }
}

/** Those of `waiting` that are not known to have applied `position`; a removed member is still waited for. */
function stillBehind(
  waiting: readonly MemberState[],
  members: readonly MemberState[] | undefined,
  position: Position,
): MemberState[] {
  if (members === undefined) return [...waiting];
  const applied = new Map(members.map((member) => [member.id, member.applied]));
  return waiting.filter((member) => (applied.get(member.id) ?? 0) < position);
}
