import type { Fault, Struck } from './fault.ts';
import type { Mood } from './proxy.ts';

/** What befalls single processes and their connections. Each lasts longer than H, most of the time. */
export const processFaults: readonly Fault[] = [
  { name: 'process: SIGSTOP, SIGCONT', weight: 'mutes', strike: freeze },
  { name: 'process: kill -9', weight: 'mutes', strike: killAtOnce },
  { name: 'process: kill -9 after a commit', weight: 'mutes', strike: killInMutation },
  { name: 'process: closed, started anew', weight: 'mutes', strike: closeOne },
  disturbed('cut'),
  disturbed('stalled'),
  disturbed('half-open'),
  disturbed('slow'),
];

async function freeze({ fleet, random }: Struck): Promise<void> {
  await fleet.freeze(random.below(fleet.size), 600 + random.below(2_400));
}

async function killAtOnce({ fleet, random }: Struck): Promise<void> {
  await fleet.kill(random.below(fleet.size), 'at once');
}

async function killInMutation({ fleet, random }: Struck): Promise<void> {
  await fleet.kill(random.below(fleet.size), 'in a mutation');
}

async function closeOne({ fleet, random }: Struck): Promise<void> {
  await fleet.closeOne(random.below(fleet.size));
}

function disturbed(mood: Mood): Fault {
  return {
    name: `proxy: ${mood}`,
    weight: 'mutes',
    strike: ({ fleet, random }) =>
      fleet.disturb(random.below(fleet.size), mood, 300 + random.below(2_700)),
  };
}
