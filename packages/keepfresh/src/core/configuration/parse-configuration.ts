import { CacheError, invalidArgument } from '../errors.ts';
import type { CacheOptions } from '../options.ts';
import { configurationOf } from './cache-configuration.ts';
import { configurationData } from './configuration-data.ts';
import type { Configuration } from './configuration.ts';
import { isPlainObject } from './merge-patch.ts';
import { Problems } from './problems.ts';

/** The options of `createCache` that are never data. */
const inCode: readonly string[] = ['remote', 'codec', 'logger', 'clock', 'random'];

/**
 * A configuration from data of unknown origin, such as what a file held: checked, and each amount written in one way.
 * What it does not say stays unsaid. Throws INVALID_ARGUMENT that names all that is wrong, each with what is allowed.
 */
export function parseConfiguration(data: unknown): Configuration {
  if (!isPlainObject(data)) throw invalidArgument('the configuration', 'an object', data);
  // A file that several caches share has no name.
  const options = { name: 'unnamed', ...data } as CacheOptions<string>;
  const problems = new Problems();
  for (const path of [
    ...inCode.filter((name) => Object.hasOwn(data, name)),
    ...functionsIn(data),
  ]) {
    problems.check(() => refuseCode(path));
  }
  problems.check(() => configurationOf(options, 'the configuration'));
  problems.throwIfAny();
  return sayingOnly(data, configurationData(options, configurationOf(options))) as Configuration;
}

function refuseCode(path: string): never {
  const message = `${path} is no data: give it to createCache in code, beside the configuration`;
  throw new CacheError('INVALID_ARGUMENT', message);
}

/** The paths of all functions, such as `memory.weigh`. */
function functionsIn(value: unknown, path = ''): string[] {
  if (typeof value === 'function') return [path];
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    functionsIn(each, path === '' ? name : `${path}.${name}`),
  );
}

/** What was said, in the words of `full`. */
function sayingOnly(said: unknown, full: unknown): unknown {
  if (!isPlainObject(said) || !isPlainObject(full)) return full;
  const names = Object.keys(said).filter((name) => said[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, sayingOnly(said[name], full[name])]));
}
