import { instead, type Mutant, mutant, without } from '../mutant.ts';

const delivery = 'src/core/engine/invalidations/delivery.ts';
const farStore = 'src/core/engine/store/far-store.ts';
const fillAudit = 'src/core/engine/audits/fill-audit.ts';
const invalidator = 'src/core/engine/invalidations/invalidator.ts';

/** An invalidation reaches the log and the store, is acknowledged where that is asked for, and stays. */
export const invalidationMutants: readonly Mutant[] = [
  mutant(
    'pending forgotten',
    'an invalidation that could not be placed is not tried again',
    without(invalidator, 'if (!this.#journal.add(pending)) this.#giveUp(error);'),
  ),
  mutant(
    'acknowledged without waiting',
    'a strict invalidation resolves when it is in the log',
    instead(
      invalidator,
      'if (options.strict === true && appended !== undefined) {',
      'if (options.strict === true && appended === null) {',
    ),
  ),
  mutant(
    'no second look at removals',
    'what a store confirmed to have removed is taken to be gone for good',
    without(delivery, 'if (this.#options.inOrder !== true) this.#lookAgain(change);'),
  ),
  mutant(
    'no second look at fills',
    'what a process stored is not looked at again when it has heard of more',
    instead(
      fillAudit,
      'return discard(key, (record) => record.token === token && (isBanned || record.freshUntil > 0));',
      'return Promise.resolve(discard === undefined);',
    ),
  ),
  mutant(
    'second look before the last that is late',
    'what a process stored is looked at again before all that was held back on its way can have arrived',
    instead(fillAudit, 'Math.max(maxLagMs, latePutMs) + slackMs', 'maxLagMs + slackMs'),
  ),
  mutant(
    'second look removes the key',
    'what is taken out after a second look is whatever is under the key by then',
    instead(
      farStore,
      'await this.#store.discard(key, record.token);',
      'await this.#store.invalidate([key]);',
    ),
  ),
];
