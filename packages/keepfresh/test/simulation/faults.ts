import type { Ban } from '../../src/core/ports/log.ts';
import type { Fault, ServerName } from './plan.ts';
import { coverage } from './coverage.ts';
import type { World } from './world.ts';

/** Makes a fault happen in a simulated world, and says so in its history. */
export function strike(world: World, fault: Fault): void {
  const { observer, network, servers, minority, time } = world;
  const about = 'process' in fault ? world.process(fault.process) : undefined;
  if ('process' in fault && about === undefined) return;
  observer.mishap(about?.name ?? '', describe(fault));
  switch (fault.kind) {
    case 'cut':
      return network.cut(fault);
    case 'stall':
      return network.stall(fault.process, fault.server, fault.forMs);
    case 'pause':
      return about!.host.pause(fault.forMs);
    case 'suspend':
      return about!.host.suspend(fault.forMs);
    case 'stepWall':
      return about!.host.stepWall(fault.ms);
    case 'crash':
      return world.end(about!, fault.restartAfterMs);
    case 'close':
      return world.close(about!, fault.restartAfterMs);
    case 'flush':
      return flush(world, fault.server);
    case 'losePart':
      return servers.log.lose(fault.part);
    case 'loseRecord':
      return void servers.store.lose(fault.key);
    case 'restart':
      return restart(world, fault);
    case 'stepServer':
      for (const server of serversOf(fault.server)) servers.clocks[server].step(fault.ms);
      return;
    case 'newerVersion':
      return newerVersion(world, fault.key);
    case 'twoMasters': {
      const majority = world.processes.filter(({ index }) => !fault.minority.includes(index));
      servers.promote();
      for (const index of fault.minority) minority.add(index);
      for (const { index } of majority)
        network.cut({ process: index, server: 'control', forMs: 20, knownAfterMs: 1 });
      time.after(fault.forMs, () => {
        minority.clear();
        for (const index of fault.minority)
          network.cut({ process: index, server: 'control', forMs: 20, knownAfterMs: 1 });
      });
    }
  }
}

/** The fault in a few words. */
export function describe(fault: Fault): string {
  const { kind, ...rest } = fault;
  const details = Object.entries(rest)
    .filter(([name]) => name !== 'process')
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [kind, ...details].join(' ');
}

function flush(world: World, server: ServerName | 'both'): void {
  const { servers } = world;
  if (server !== 'control') servers.store.flush();
  if (server !== 'data') servers.log.lose('all');
}

function restart(world: World, fault: Extract<Fault, { kind: 'restart' }>): void {
  const { servers, network, observer } = world;
  const { ms, tick, store, log } = servers.imagesFrom(fault.imageAgeMs);
  for (const server of serversOf(fault.server)) network.takeAway(server, fault.forMs);
  if (fault.server !== 'control') {
    servers.store.restore(store);
    observer.rolledBack({ ms, tick });
  }
  if (fault.server === 'data') return;
  servers.log.restore(log);
  servers.log.serverChanged();
}

/** A process of a version to come invalidates a key in a way that this version does not know. */
function newerVersion({ servers, observer }: World, key: string): void {
  const member = { id: 'ffffffffffffffff', maxLagMs: 50, epoch: '', applied: 0, nonce: '' };
  const bans = [{ kind: 'rainbow', colours: [key] } as unknown as Ban];
  const own = observer.invalidationStarts({
    process: 'Z',
    call: 'invalidate',
    covers: coverage({ keys: [key] }),
    strict: false,
    settleMs: 0,
  });
  void servers.log.append(member, { bans });
  observer.invalidationEnds(own, 'applied');
}

function serversOf(server: ServerName | 'both'): readonly ServerName[] {
  return server === 'both' ? ['data', 'control'] : [server];
}
