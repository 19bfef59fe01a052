import { checkNames } from '../check-options.ts';
import type { LoadContext } from '../engine/loads/loader.ts';
import { invalidArgument } from '../errors.ts';
import { HookChain } from './hook-chain.ts';
import type { Plugin, ReadAnswer, ReadContext, WriteContext } from './plugin.ts';

/** The hooks of a view, by what they are around. */
export interface Hooks {
  readonly read: HookChain<ReadContext, ReadAnswer | undefined>;
  readonly load: HookChain<LoadContext>;
  readonly write: HookChain<WriteContext, unknown, unknown>;
}

/** The hooks of plugins, the first outermost. */
export function hooksOf(plugins: readonly Plugin[]): Hooks {
  return {
    read: new HookChain(layersOf(plugins, 'read'), isReadAnswer),
    load: new HookChain(layersOf(plugins, 'load')),
    write: new HookChain(layersOf(plugins, 'write'), isWriteAnswer),
  };
}

/** Returns a plugin that can be used, as it is. Throws INVALID_ARGUMENT. */
export function checkPlugin(plugin: Plugin): Plugin {
  checkNames(plugin, 'the plugin', ['name', 'read', 'load', 'write', 'on']);
  const { name, read, load, write, on = {} } = plugin;
  if (typeof name !== 'string' || name === '') {
    throw invalidArgument('the name of a plugin', 'a non-empty string', name);
  }
  for (const [hook, value] of Object.entries({ read, load, write })) {
    if (value === undefined || typeof value === 'function') continue;
    throw invalidArgument(`${hook} of the plugin '${name}'`, 'a function', value);
  }
  if (typeof on !== 'object' || on === null) {
    throw invalidArgument(`on of the plugin '${name}'`, 'an object with listeners by event', on);
  }
  return plugin;
}

function layersOf<Name extends 'read' | 'load' | 'write'>(
  plugins: readonly Plugin[],
  name: Name,
): { readonly plugin: string; readonly hook: NonNullable<Plugin[Name]> }[] {
  return plugins.flatMap((plugin) => {
    const hook = plugin[name];
    return hook === undefined ? [] : [{ plugin: plugin.name, hook }];
  });
}

function isReadAnswer(answer: unknown, { operation }: ReadContext): boolean {
  if (answer === undefined) return operation === 'find';
  const isObject = typeof answer === 'object' && answer !== null;
  return isObject && 'value' in answer && 'level' in answer && 'stale' in answer;
}

function isWriteAnswer(answer: unknown, { operation }: WriteContext): boolean {
  if (operation === 'mutate') return true;
  return typeof answer === 'object' && answer !== null && 'status' in answer;
}
