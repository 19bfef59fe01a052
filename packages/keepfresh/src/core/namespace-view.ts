import type { CacheView } from './cache-view.ts';
import { checkNames, wholeNumber } from './check-options.ts';
import type { EntryOptions, NamespaceOptions } from './options.ts';
import { parseDuration } from './policy/duration.ts';
import { defaultMaxTtlMs } from './policy/expiry.ts';
import { namespacePrefix } from './policy/namespace-prefix.ts';
import { reserveShare } from './reserve-share.ts';

/** The view of a cache that a namespace is: everything is checked before anything is reserved. */
export function namespaceView(
  view: CacheView,
  name: string,
  options: NamespaceOptions<string>,
): CacheView {
  checkNames(options, 'namespace options', ['defaults', 'memory', 'maxTtl', 'maxKeyBytes']);
  const prefix = namespacePrefix(view.keys.prefix, name);
  const resolver = view.resolver.within({
    defaults: options.defaults as EntryOptions<string, never> | undefined,
    maxTtlMs: maxTtlOf(options.maxTtl),
  });
  const { maxKeyBytes: longest } = view.options;
  const maxKeyBytes = wholeNumber(options.maxKeyBytes, 'namespace options.maxKeyBytes', {
    min: 1,
    max: longest,
    default: longest,
  });
  if (options.memory !== undefined) {
    reserveShare(view.engine.parts.memory, prefix, options.memory);
  }
  return view.with({ prefix, resolver, maxKeyBytes });
}

function maxTtlOf(maxTtl: NamespaceOptions['maxTtl']): number | undefined {
  if (maxTtl === undefined) return undefined;
  return parseDuration(maxTtl, 'namespace options.maxTtl', { min: 1, max: defaultMaxTtlMs });
}
