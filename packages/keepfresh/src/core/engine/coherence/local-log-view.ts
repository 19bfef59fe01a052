import { isPlain } from '../../policy/bans/ban-mark.ts';
import type { BanTable, PendingBans } from '../../policy/bans/ban-table.ts';
import type { Holds } from '../../policy/bans/holds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Appended, Ban, TagPositions } from '../../ports/log.ts';
import type { LogView, Point } from './log-view.ts';
import { Trust } from './trust.ts';

/** The log of a cache that has no remote: this process is the only one, and always knows everything. */
export class LocalLogView implements LogView {
  readonly trust: Trust;
  readonly table: BanTable;
  readonly holds: Holds;
  readonly offsetMs = 0;
  readonly offsetErrorMs = 0;
  readonly #clock: Clock;
  readonly #epoch: string;
  #position = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly epoch: string;
    readonly table: BanTable;
    readonly holds: Holds;
  }) {
    this.#clock = options.clock;
    this.#epoch = options.epoch;
    this.table = options.table;
    this.holds = options.holds;
    this.trust = new Trust(options.clock, () => {});
    this.trust.grantForever();
  }

  get point(): Point {
    return { epoch: this.#epoch, position: this.#position };
  }

  confirm(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /**
   * Puts bans in force and in their place at once: here nobody else has to be asked for it. Their order in the log is
   * that of the table, which remembers them in less room for it. Only for a cache without a store; never beside `append`.
   */
  apply(bans: readonly Ban[]): void {
    for (const ban of bans) if (isPlain(ban)) this.table.apply(ban, this.table.seq + 1);
    this.#position = this.table.seq;
  }

  append(_bans: readonly Ban[], pending: readonly PendingBans[]): Promise<Appended> {
    this.#position++;
    for (const handle of pending) this.table.place(handle, this.#position);
    return Promise.resolve({
      epoch: this.#epoch,
      position: this.#position,
      nonce: '',
      floor: 0,
      serverNow: this.#clock.now(),
      missed: [],
      contiguous: true,
      members: [],
    });
  }

  tagPositions(tags: readonly string[]): Promise<TagPositions> {
    return Promise.resolve({
      epoch: this.#epoch,
      positions: tags.map(() => ({ hard: 0, soft: 0 })),
    });
  }

  acknowledged(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
