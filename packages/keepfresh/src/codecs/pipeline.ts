import { jsonCodec } from '../core/codecs/json-codec.ts';
import { checkNames, withMethods } from '../core/check-options.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import type { Codec, Unpacked } from '../core/ports/codec.ts';
import { framed } from './framed.ts';
import { ids } from './ids.ts';
import type { Step } from './step.ts';

/** What `pipeline` takes. */
export interface PipelineOptions {
  /** Encodes values. @default jsonCodec */
  readonly codec?: Codec;
  /** What is done to the encoded bytes before they go to the remote, in this order: compress first, encrypt last. */
  readonly steps?: readonly Step[];
  /** Codecs and steps that wrote what is in the remote already: they read, and write no more. */
  readonly reads?: readonly (Codec | Step)[];
}

/**
 * A codec of a codec and steps. What it writes says of itself what was done to it, so that it can be read after the
 * pipeline was changed, by whoever knows the codec and the steps; everything else counts as a miss. Memory
 * keeps what the codec encoded, and pays for no step. Throws INVALID_ARGUMENT for parts that cannot be together.
 */
export function pipeline(options: PipelineOptions = {}): Codec {
  return new Pipeline(partsOf(options), '');
}

interface Parts {
  readonly codec: Codec;
  readonly steps: readonly Step[];
  readonly required: readonly Step[];
  readonly codecs: ReadonlyMap<number, Codec>;
  readonly undoers: ReadonlyMap<number, Step>;
}

class Pipeline implements Codec {
  readonly id = ids.pipeline;
  readonly name: string;
  readonly #parts: Parts;
  readonly #cache: string;

  constructor(parts: Parts, cache: string) {
    this.#parts = parts;
    this.#cache = cache;
    this.name = `pipeline of ${[parts.codec, ...parts.steps].map(({ name }) => name).join(', ')}`;
  }

  encode(value: unknown): Uint8Array {
    return this.#parts.codec.encode(value);
  }

  decode(bytes: Uint8Array): unknown {
    return this.#parts.codec.decode(bytes);
  }

  forCache(name: string): Codec {
    return new Pipeline(this.#parts, name);
  }

  pack(bytes: Uint8Array, key: string): Uint8Array {
    const { codec, steps } = this.#parts;
    const address = this.#address(key);
    let packed = framed(codec.id, bytes);
    for (const step of steps) packed = step.apply(packed, address) ?? packed;
    return packed;
  }

  unpack(payload: Uint8Array, key: string, id: number): Unpacked {
    const undone = new Set<Step>();
    if (id !== this.id) return this.#unpacked(id, payload, undone);
    const address = this.#address(key);
    let bytes = payload;
    for (;;) {
      const step = this.#parts.undoers.get(bytes[0]!);
      if (step === undefined) return this.#unpacked(bytes[0], bytes.subarray(1), undone);
      // No step is applied twice: what says so was made to keep a reader busy.
      if (undone.has(step)) throw new Error(`it was ${step.name} more than once`);
      undone.add(step);
      bytes = step.undo(bytes, address);
    }
  }

  #unpacked(id: number | undefined, bytes: Uint8Array, undone: ReadonlySet<Step>): Unpacked {
    const missing = this.#parts.required.find((step) => !undone.has(step));
    if (missing !== undefined) throw new Error(`it was not ${missing.name}`);
    const codec = this.#parts.codecs.get(id!);
    if (codec === undefined) throw new Error(`${id} is no codec or step that this pipeline knows`);
    return { codec, bytes };
  }

  /** Names are of `A-Z a-z 0-9 _ -`: no other cache and key have this address. */
  #address(key: string): string {
    return `${this.#cache}:${key}`;
  }
}

function partsOf(options: PipelineOptions): Parts {
  checkNames(options, 'pipeline options', ['codec', 'steps', 'reads']);
  const codec = checkCodec(options.codec ?? jsonCodec, 'pipeline options.codec');
  const steps = listOf(options.steps, 'steps').map((step, index) =>
    checkStep(step, `pipeline options.steps[${index}]`),
  );
  const table = new IdTable();
  table.addCodec(codec);
  for (const step of steps) table.addStep(step);
  for (const [index, part] of listOf(options.reads, 'reads').entries()) {
    const field = `pipeline options.reads[${index}]`;
    if (isStep(part)) table.addOldStep(checkStep(part, field));
    else table.addCodec(checkCodec(part, field));
  }
  return { codec, steps, required: steps.filter((step) => step.required === true), ...table };
}

/** Who reads what starts with an id. */
class IdTable {
  readonly codecs = new Map<number, Codec>();
  readonly undoers = new Map<number, Step>();

  addCodec(codec: Codec): void {
    if (this.codecs.has(codec.id) || this.undoers.has(codec.id)) throw taken(codec.id, codec.name);
    this.codecs.set(codec.id, codec);
  }

  addStep(step: Step): void {
    const double = step.ids.find((id) => this.codecs.has(id) || this.undoers.has(id));
    if (double !== undefined) throw taken(double, step.name);
    for (const id of step.ids) this.undoers.set(id, step);
  }

  /** What the steps that are applied read as well is left to them. */
  addOldStep(step: Step): void {
    for (const id of step.ids) {
      if (this.codecs.has(id)) throw taken(id, step.name);
      if (!this.undoers.has(id)) this.undoers.set(id, step);
    }
  }
}

function taken(id: number, name: string): CacheError {
  const message = `pipeline options have two parts with the id ${id}: the other is ${name}`;
  return new CacheError('INVALID_ARGUMENT', message);
}

function listOf<T>(list: readonly T[] | undefined, name: string): readonly T[] {
  if (list === undefined || Array.isArray(list)) return list ?? [];
  throw invalidArgument(`pipeline options.${name}`, 'a list', list);
}

function isStep(part: Codec | Step): part is Step {
  return typeof part === 'object' && part !== null && 'undo' in part;
}

function checkCodec(given: Codec, field: string): Codec {
  const codec = withMethods<Codec>(given, field, ['encode', 'decode']);
  checkId(codec.id, `${field}.id`);
  if (codec.pack === undefined && codec.forCache === undefined) return codec;
  throw invalidArgument(field, 'a codec that packs nothing itself', codec);
}

function checkStep(given: Step, field: string): Step {
  const step = withMethods<Step>(given, field, ['apply', 'undo']);
  if (!Array.isArray(step.ids)) throw invalidArgument(`${field}.ids`, 'a list of ids', step.ids);
  for (const id of step.ids) checkId(id, `${field}.ids`);
  return step;
}

function checkId(id: unknown, field: string): void {
  if (Number.isInteger(id) && (id as number) >= 0 && (id as number) <= 255) return;
  throw invalidArgument(field, 'whole numbers from 0 to 255', id);
}
