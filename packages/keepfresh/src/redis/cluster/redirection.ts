import { type Address, readAddress } from '../connections/connection.ts';

/**
 * What a node of a cluster says instead of running a command:
 * - `moved`: the slot is served at `address` from now on.
 * - `ask`: the slot is on its way to `address`, and this command belongs there already.
 * - `again`: the keys of the command are on both sides at the moment.
 * - `down`: nobody serves the slot, as far as this node knows.
 * In each case the command was not run.
 */
export type Redirection =
  | { readonly kind: 'moved' | 'ask'; readonly address: Address }
  | { readonly kind: 'again' | 'down' };

/** What the error of a node at `from` says; undefined when it is no redirection. */
export function readRedirection(error: unknown, from: Address): Redirection | undefined {
  if (!(error instanceof Error)) return undefined;
  const [word, , where] = error.message.split(' ', 3);
  switch (word) {
    case 'MOVED':
    case 'ASK':
      return redirectionTo(word === 'ASK' ? 'ask' : 'moved', where ?? '', from);
    case 'TRYAGAIN':
      return { kind: 'again' };
    case 'CLUSTERDOWN':
      return { kind: 'down' };
    default:
      return undefined;
  }
}

/** Without a host it is the host of who said so (Redis 7, `cluster-preferred-endpoint-type`). */
function redirectionTo(
  kind: 'moved' | 'ask',
  text: string,
  from: Address,
): Redirection | undefined {
  const address = readAddress(text);
  if (address === undefined) return undefined;
  const host = address.host === '' || address.host === '?' ? from.host : address.host;
  return { kind, address: { host, port: address.port } };
}
