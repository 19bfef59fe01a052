import type { RemoteContext } from '../../core/ports/remote.ts';
import { ClusterClient } from '../cluster/cluster-client.ts';
import type { Address, Dial } from '../connections/connection.ts';
import type { RedisClient } from './redis-client.ts';
import { SentinelMaster } from './sentinel-master.ts';
import { StandaloneClient } from './standalone-client.ts';

/** Where Redis is and how it is dialled: what every form of `redis()`'s options comes down to. */
export type Deployment =
  | { readonly kind: 'standalone'; readonly dial: Dial }
  | {
      readonly kind: 'sentinel';
      /** What the Sentinels call the master. */
      readonly name: string;
      readonly sentinels: readonly Address[];
      readonly dialSentinel: Dial;
      readonly dial: Dial;
      readonly translate: Translate;
    }
  | {
      readonly kind: 'cluster';
      /** Some of its nodes. */
      readonly nodes: readonly Address[];
      readonly dial: Dial;
      readonly translate: Translate;
    };

/** Where servers reach each other to where we reach them. */
export type Translate = (address: Address) => Address;

/** A client of ours, connecting in the background. */
export interface OwnClient extends RedisClient {
  ready(): Promise<void>;
  /** Round trip in milliseconds, of a command to whoever has the log. */
  ping(): Promise<number>;
  close(): Promise<void>;
}

/** Makes the client for a deployment. */
export function connectTo(
  deployment: Deployment,
  connectTimeoutMs: number,
  context: RemoteContext,
): OwnClient {
  switch (deployment.kind) {
    case 'standalone': {
      const source = { open: () => deployment.dial() };
      return new StandaloneClient({ connectTimeoutMs, source }, context);
    }
    case 'sentinel': {
      const { clock } = context;
      const source = new SentinelMaster({ ...deployment, clock, connectTimeoutMs });
      return new StandaloneClient({ connectTimeoutMs, source }, context);
    }
    case 'cluster':
      return new ClusterClient({ ...deployment, connectTimeoutMs }, context);
  }
}
