import {
  CountedReads,
  type CountedReadsOptions,
  type ReadMode,
  plainRead,
} from '../counted-reads.ts';
import type { EntryPolicy } from '../engine/entry-policy.ts';
import type { Loader } from '../engine/loads/loader.ts';
import type { Outcome } from '../engine/reads/outcome.ts';
import { reveal } from '../engine/memory/sealed.ts';
import type { MissReason } from '../events.ts';
import type { StandardSchema } from '../ports/standard-schema.ts';
import type { Hooks } from './hooks.ts';
import type { ReadAnswer } from './plugin.ts';

/**
 * The reads of a view with hooks. Where hooks are around reads they see every one, so that a value in memory is not
 * given out at once: `peek`, which waits for nothing, finds nothing then.
 */
export class HookedReads extends CountedReads {
  readonly #hooks: Hooks;

  constructor(options: CountedReadsOptions, hooks: Hooks) {
    super(options);
    this.#hooks = hooks;
  }

  override get isHooked(): boolean {
    return !this.#hooks.read.isEmpty;
  }

  override peek(key: string, schema?: StandardSchema): unknown {
    return this.isHooked ? undefined : super.peek(key, schema);
  }

  override promise(key: string, schema?: StandardSchema): Promise<unknown> | undefined {
    return this.isHooked ? undefined : super.promise(key, schema);
  }

  override async read(
    key: string,
    loader: Loader,
    policy: EntryPolicy,
    mode: ReadMode,
  ): Promise<unknown> {
    const hooked = this.#loaderOf(loader);
    if (!this.isHooked) return super.read(key, hooked, policy, mode);
    const read = async (): Promise<ReadAnswer> =>
      answerOf(await super.outcome('read', { key, loader: hooked, policy, mode }));
    return (await this.#hooks.read.run({ key, operation: 'load' }, read))!.value;
  }

  override async refresh(key: string, loader: Loader, policy: EntryPolicy): Promise<unknown> {
    const hooked = this.#loaderOf(loader);
    if (!this.isHooked) return super.refresh(key, hooked, policy);
    const request = { key, loader: hooked, policy, mode: plainRead };
    const read = async (): Promise<ReadAnswer> => answerOf(await super.outcome('refresh', request));
    return (await this.#hooks.read.run({ key, operation: 'refresh' }, read))!.value;
  }

  override async lookUp(key: string, fresh: boolean): Promise<Outcome | MissReason> {
    if (!this.isHooked) return super.lookUp(key, fresh);
    let reason: MissReason = 'absent';
    const look = async (): Promise<ReadAnswer | undefined> => {
      const found = await super.lookUp(key, fresh);
      if (typeof found !== 'string') return answerOf(found);
      reason = found;
      return undefined;
    };
    const answer = await this.#hooks.read.run({ key, operation: 'find' }, look);
    return answer === undefined ? reason : outcomeOf(answer);
  }

  #loaderOf(loader: Loader): Loader {
    const { load } = this.#hooks;
    return load.isEmpty ? loader : (context) => load.run(context, async () => loader(context));
  }
}

function answerOf({ sealed, level, stale }: Outcome): ReadAnswer {
  return { value: reveal(sealed), level, stale };
}

function outcomeOf({ value, level, stale }: ReadAnswer): Outcome {
  return { sealed: value, level, stale };
}
