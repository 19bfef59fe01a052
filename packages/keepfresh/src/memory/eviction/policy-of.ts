import type {
  EvictionPolicy,
  EvictionPolicyFactory,
  EvictionPolicyName,
  HeldSlots,
} from '../../core/ports/eviction-policy.ts';
import { Fifo } from './fifo.ts';
import { Lru } from './lru.ts';
import { S3Fifo } from './s3-fifo.ts';
import type { SlotLinks } from './slot-links.ts';
import { Ttl } from './ttl.ts';
import { WTinyLfu } from './w-tiny-lfu.ts';

/** A policy by its name, or the one that the caller's own function makes. `links` may be shared by several. */
export function policyOf(
  policy: EvictionPolicyName | EvictionPolicyFactory,
  held: HeldSlots,
  links?: SlotLinks,
): EvictionPolicy {
  switch (policy) {
    case 's3-fifo':
      return new S3Fifo(held, links);
    case 'lru':
      return new Lru(links);
    case 'lfu':
      return new WTinyLfu(held, links);
    case 'ttl':
      return new Ttl(held);
    case 'fifo':
      return new Fifo(links);
    default:
      return policy(held);
  }
}
