import { type Address, addressText } from '../connections/connection.ts';
import { slotCount } from './key-slot.ts';

/** Consecutive slots and the nodes that have them, the master first. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly nodes: readonly [Address, ...Address[]];
}

/** Which master serves which slot, as far as we were told. */
export class SlotMap {
  readonly #owners: (Address | undefined)[] = Array.from({ length: slotCount });
  #nodes = new Map<string, Address>();

  ownerOf(slot: number): Address | undefined {
    return this.#owners[slot];
  }

  /** The masters that serve any slot. */
  masters(): Map<string, Address> {
    const masters = new Map<string, Address>();
    for (const owner of this.#owners) {
      if (owner !== undefined) masters.set(addressText(owner), owner);
    }
    return masters;
  }

  /** All nodes of the last whole view, replicas included. */
  get nodes(): readonly Address[] {
    return [...this.#nodes.values()];
  }

  /** Takes a node's word for one slot. */
  move(slot: number, owner: Address): void {
    this.#owners[slot] = owner;
  }

  /** Takes a node's view of the whole cluster. */
  replace(ranges: readonly SlotRange[]): void {
    this.#owners.fill(undefined);
    this.#nodes = new Map();
    for (const { first, last, nodes } of ranges) {
      this.#owners.fill(nodes[0], first, last + 1);
      for (const node of nodes) this.#nodes.set(addressText(node), node);
    }
  }
}

/** Reads the reply to `CLUSTER SLOTS` of the node at `from`; `translate` says where addresses are reached. */
export function readSlotRanges(
  reply: unknown,
  from: Address,
  translate: (address: Address) => Address,
): SlotRange[] {
  const rows = reply as readonly (readonly [number, number, ...NodeReply[]])[];
  return rows.flatMap(([first, last, ...nodes]) => {
    const [master, ...replicas] = nodes.map((node) => translate(addressOf(node, from)));
    return master === undefined ? [] : [{ first, last, nodes: [master, ...replicas] }];
  });
}

type NodeReply = readonly [Buffer | null, number, ...unknown[]];

/** A node that does not say its host has that of the node that was asked. */
function addressOf([host, port]: NodeReply, from: Address): Address {
  const text = host === null ? '' : String(host);
  return { host: text === '' || text === '?' ? from.host : text, port };
}
