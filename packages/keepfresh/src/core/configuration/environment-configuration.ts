import { CacheError } from '../errors.ts';
import { entryNames } from '../entry-options.ts';
import type { Configuration } from './configuration.ts';
import { mergePatch } from './merge-patch.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { Problems, problemsIn } from './problems.ts';

/** What each variable sets, by its name after the prefix. */
const pathOf: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...['name', 'never', 'sharing', 'profiles', 'memory', 'defaults', 'timeouts', 'loads'],
    ...['memory.maxBytes', 'memory.maxEntries', 'memory.policy', 'coherence.maxLag'],
    ...['timeouts.remote', 'timeouts.invalidate', 'timeouts.wait', 'timeouts.lease'],
    ...['loads.concurrent', 'loads.queued', 'loads.ahead', 'loads.aheadQueued'],
    ...['failures', 'slow', 'share', 'open', 'longest'].map((name) => `circuit.${name}`),
    ...['circuit', 'coherence', 'warming', 'warming.remember', 'warming.every'],
    ...entryNames.filter((name) => name !== 'profile').map((name) => `defaults.${name}`),
  ].map((path) => [variableOf(path), path.split('.')]),
);

/**
 * A configuration from environment variables: `CACHE_MEMORY_MAX_BYTES=256mb` sets `memory.maxBytes`. Lists are
 * separated by commas, whole sections are JSON (`CACHE_PROFILES`, `CACHE_MEMORY=false`); one variable counts over the
 * section it belongs to. Throws INVALID_ARGUMENT that names all that is wrong, variables it does not know included.
 */
export function environmentConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  prefix = 'CACHE_',
): Configuration {
  const problems = new Problems();
  let data: unknown = {};
  const given = Object.entries(environment)
    .filter(([variable, text]) => variable.startsWith(prefix) && text !== undefined)
    .toSorted(([a], [b]) => a.length - b.length);
  for (const [variable, text] of given) {
    problems.check(() => {
      data = mergePatch(data, patchOf(variable, variable.slice(prefix.length), text!));
    });
  }
  problems.check(() =>
    parsed(
      data,
      given.map(([variable]) => variable),
      prefix,
    ),
  );
  problems.throwIfAny();
  return parseConfiguration(data);
}

/** The same, where what is wrong is told with the variable that says it. */
function parsed(data: unknown, variables: readonly string[], prefix: string): void {
  try {
    parseConfiguration(data);
  } catch (error) {
    const problems = new Problems();
    for (const problem of problemsIn(error as Error)) {
      problems.check(() => {
        throw withVariable(problem, variables, prefix);
      });
    }
    problems.throwIfAny();
  }
}

/** Messages begin with the field; the variable is the narrowest that sets it. */
function withVariable(problem: Error, variables: readonly string[], prefix: string): CacheError {
  const [field = ''] = problem.message.split(' ');
  const variable = variables.findLast((each) => {
    const path = pathOf.get(each.slice(prefix.length))?.join('.');
    return path !== undefined && `${field}.`.startsWith(`${path}.`);
  });
  const message = variable === undefined ? problem.message : `${variable}: ${problem.message}`;
  return new CacheError('INVALID_ARGUMENT', message, { cause: problem });
}

function patchOf(variable: string, name: string, text: string): object {
  const path = pathOf.get(name);
  if (path === undefined) {
    const known = [...pathOf.keys()].toSorted().join(', ');
    throw new CacheError(
      'INVALID_ARGUMENT',
      `${variable} sets nothing; after the prefix a variable is one of ${known}`,
    );
  }
  return path.reduceRight(
    (value: unknown, each) => ({ [each]: value }),
    valueOf(variable, name, text),
  ) as object;
}

const isList = (name: string): boolean => name === 'NEVER' || name === 'DEFAULTS_TAGS';

function valueOf(variable: string, name: string, text: string): unknown {
  if (name === 'NAME') return text;
  if (/^[[{]/.test(text)) return json(variable, text);
  if (isList(name)) return text === '' ? [] : text.split(',').map((each) => each.trim());
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function json(variable: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `${variable} must be JSON: ${(cause as Error).message}`;
    throw new CacheError('INVALID_ARGUMENT', message, { cause });
  }
}

/** `memory.maxBytes` is `MEMORY_MAX_BYTES`. */
function variableOf(path: string): string {
  return path.replaceAll('.', '_').replace(/[A-Z]/g, '_$&').toUpperCase();
}
