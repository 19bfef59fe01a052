import type { History, Load, Read } from './history.ts';

/**
 * Whether a read began before those were answered who had waited for a load that is over: hooks take their time
 * behind it. Such a read may join them; nothing has to be kept for it.
 */
export function wasJoined(load: Load, read: Read, { reads }: History): boolean {
  const { id, process, end } = load;
  if (read.process !== process || end === undefined) return false;
  const waited = reads.filter((other) => other.load === id && other.process === process);
  return waited.some(
    (other) => other.start.tick < end.tick && other.end!.tick > read.start.tick && other !== read,
  );
}
