import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.ts';

/** One complaint about a part of a request. */
interface Complaint {
  /** Where in the request: `variants.0.sku`, or the name of a part of the path. */
  readonly place: string;
  readonly message: string;
}

/** Checks what a handler takes against its schema, and answers with every complaint and its place. */
export class Validation extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: (issues) =>
        new Complaints(
          issues.map(({ message, path = [] }) => ({
            place: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
            message,
          })),
        ),
    });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof Complaints)) throw error;
      throw invalidRequest(error.list.map((complaint) => placed(complaint, metadata)));
    }
  }
}

/** The problem that parts of the request are wrong. */
export function invalidRequest(errors: readonly Complaint[]): Problem {
  const sentences = errors.map(({ place, message }) => (place ? `${place}: ${message}` : message));
  return new Problem('invalid-request', sentences.join('; '), { errors });
}

class Complaints extends Error {
  readonly list: readonly Complaint[];

  constructor(list: readonly Complaint[]) {
    super();
    this.list = list;
  }
}

/** A part of the path is checked by itself, so its name is known to the metadata only. */
function placed({ place, message }: Complaint, { data = '' }: ArgumentMetadata): Complaint {
  return { place: [data, place].filter(Boolean).join('.'), message };
}
