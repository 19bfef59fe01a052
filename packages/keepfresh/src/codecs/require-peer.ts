import { CacheError } from '../core/errors.ts';

/**
 * Loads an optional package on first use. Throws PEER_MISSING, which names the command that installs it. Values are
 * encoded and decoded without waiting, so the package is required and not imported.
 */
export function requirePeer<Peer>(name: string, what: string, load: () => unknown): Peer {
  try {
    return load() as Peer;
  } catch (cause) {
    const { code, message = '' } = cause as Partial<NodeJS.ErrnoException>;
    // Something that the package itself lacks is another error.
    if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    const remedy = `${what} needs the package "${name}". Run: npm install ${name}`;
    throw new CacheError('PEER_MISSING', remedy, { cause });
  }
}
