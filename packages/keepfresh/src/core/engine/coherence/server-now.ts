import type { EngineParts } from '../engine-parts.ts';

type Clocks = Pick<EngineParts, 'clock' | 'view'>;

/** The log server's clock, as far as known, in milliseconds. */
export function serverNow({ clock, view }: Clocks): number {
  return clock.now() + view.offsetMs;
}

/** What the log server's clock shows at least: by this a hold has ended only when it surely has. */
export function earliestServerNow(clocks: Clocks): number {
  const { offsetErrorMs } = clocks.view;
  return serverNow(clocks) - (Number.isFinite(offsetErrorMs) ? offsetErrorMs : 0);
}
