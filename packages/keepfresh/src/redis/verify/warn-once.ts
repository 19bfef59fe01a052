import type { RemoteWarning } from '../../core/ports/remote.ts';

/** Passes on the first warning of each code. */
export function warnOnce(warn: (warning: RemoteWarning) => void): (warning: RemoteWarning) => void {
  const warned = new Set<string>();
  return (warning) => {
    if (warned.has(warning.code)) return;
    warned.add(warning.code);
    warn(warning);
  };
}
