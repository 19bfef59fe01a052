import { CacheError } from '../errors.ts';

/** One hook, with the name of the plugin that it is of. */
export interface Layer<Context, Answer, Argument> {
  readonly plugin: string;
  readonly hook: (context: Context, next: (argument?: Argument) => Promise<Answer>) => unknown;
}

/** Hooks around one kind of step: the first one that was given is the outermost, and sees what all others do. */
export class HookChain<Context, Answer = unknown, Argument = never> {
  readonly #layers: readonly Layer<Context, Answer, Argument>[];
  readonly #accepts: (answer: unknown, context: Context) => boolean;

  constructor(
    layers: readonly Layer<Context, Answer, Argument>[],
    accepts: (answer: unknown, context: Context) => boolean = () => true,
  ) {
    this.#layers = layers;
    this.#accepts = accepts;
  }

  get isEmpty(): boolean {
    return this.#layers.length === 0;
  }

  /** Runs the hooks around `step`. Rejects with what a hook threw, and when one misuses `next`. */
  run(context: Context, step: (argument?: Argument) => Promise<Answer>): Promise<Answer> {
    return this.#enter(0, context, step);
  }

  async #enter(
    n: number,
    context: Context,
    step: (argument?: Argument) => Promise<Answer>,
    argument?: Argument,
  ): Promise<Answer> {
    const layer = this.#layers[n];
    if (layer === undefined) return step(argument);
    let wasCalled = false;
    let given = argument;
    const next = (other?: Argument): Promise<Answer> => {
      if (wasCalled) return Promise.reject(misuse(layer.plugin, 'called next() more than once'));
      wasCalled = true;
      if (other !== undefined) given = other;
      return this.#enter(n + 1, context, step, given);
    };
    const answer: unknown = await layer.hook(context, next);
    if (this.#accepts(answer, context)) return answer as Answer;
    throw misuse(layer.plugin, 'must return what next() gave, or the like');
  }
}

function misuse(plugin: string, what: string): CacheError {
  return new CacheError('INVALID_ARGUMENT', `the plugin '${plugin}' ${what}`);
}
