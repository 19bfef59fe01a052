import type { Budget } from '../time/budget.ts';
import type { LogView } from './log-view.ts';

/**
 * Asks the log about tags that may have been banned before this process knew of bans. Where it does not answer in time
 * they stay unknown. Never rejects.
 */
export async function learnTags(
  view: LogView,
  tags: readonly string[],
  budget: Budget,
): Promise<void> {
  const question = view.table.askTags(tags);
  try {
    const { epoch, positions } = await budget.within('tagPositions', view.tagPositions(tags));
    if (epoch === view.point.epoch) view.table.learnTags(question, positions);
  } catch {
    // Whoever needs to know does without the value.
  }
}
