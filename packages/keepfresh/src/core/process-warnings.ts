import type { Logger } from './ports/logger.ts';

/**
 * The logger of a cache that was given none: errors, which somebody has to mend, are warnings of the process
 * (`KEEPFRESH_ERROR`); what passes by itself is told by events only.
 */
export const processWarnings: Logger = {
  warn: () => {},
  error: (message) =>
    process.emitWarning(message, { type: 'KeepfreshWarning', code: 'KEEPFRESH_ERROR' }),
};
