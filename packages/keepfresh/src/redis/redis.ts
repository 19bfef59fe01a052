import type {
  Remote,
  RemoteConnection,
  RemoteContext,
  RemoteWarning,
} from '../core/ports/remote.ts';
import { connectTo } from './deployments/deployment.ts';
import { type CheckedRedisOptions, checkRedisOptions, type RedisOptions } from './redis-options.ts';
import { RedisLog } from './log/redis-log.ts';
import { RedisStore } from './store/redis-store.ts';
import { warnOnce } from './verify/warn-once.ts';

/**
 * Redis or Valkey, 6.2 or newer, as the shared level of a cache: one server, a master that Sentinels watch, or a
 * cluster. Give a `url`, `cluster` or `sentinel`, or the `client` your application already has as the model for
 * connections of our own. Connects in the background; throws INVALID_ARGUMENT for a wrong or unknown option.
 */
export function redis(options: RedisOptions): Remote {
  const checked = checkRedisOptions(options);
  return { kind: 'redis', connect: (context) => connect(checked, context) };
}

function connect(
  { deployment, connectTimeout, durable }: CheckedRedisOptions,
  context: RemoteContext,
): RemoteConnection {
  const warnings: RemoteWarning[] = [];
  const onWarning = warnOnce((warning) => {
    warnings.push(warning);
    context.onWarning(warning);
  });
  const client = connectTo(deployment, connectTimeout, { ...context, onWarning });
  return {
    warnings,
    store: new RedisStore(client, context.name, { clock: context.clock }),
    log: new RedisLog(client, context.name, { durable, clock: context.clock }),
    // In a cluster the log is on one node, and most keys are on others; durable appends have a connection of
    // their own.
    inOrder: deployment.kind !== 'cluster' && durable === undefined,
    ready: () => client.ready(),
    ping: () => client.ping(),
    close: () => client.close(),
  };
}
