import { CacheError } from '../errors.ts';
import { isPlainObject } from './merge-patch.ts';

/** What is wrong with a configuration: all of it at once, so that nobody has to start a program ten times. */
export class Problems {
  readonly #errors: Error[] = [];

  /** Runs a check that throws what is wrong, one thing or several. */
  check(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      this.#errors.push(...problemsIn(error as Error));
    }
  }

  /** Runs a check for each field of a section by itself. */
  checkFields(section: unknown, run: (part: never) => unknown): void {
    if (section === undefined) return;
    if (!isPlainObject(section)) return this.check(() => run(section as never));
    for (const [name, value] of Object.entries(section)) {
      this.check(() => run(Object.fromEntries([[name, value]]) as never));
    }
  }

  /** Throws INVALID_ARGUMENT if anything was found; `cause` has the errors when there are several. */
  throwIfAny(): void {
    const [first, ...others] = this.#errors;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const lines = this.#errors.map((error) => `- ${error.message}`);
    const message = `${lines.length} options are wrong:\n${lines.join('\n')}`;
    throw new CacheError('INVALID_ARGUMENT', message, { cause: this.#errors });
  }
}

/** What is wrong by an error, one by one. */
export function problemsIn(error: Error): readonly Error[] {
  const { cause } = error;
  return Array.isArray(cause) && cause.every((each) => each instanceof Error) ? cause : [error];
}
