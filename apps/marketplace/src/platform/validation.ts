import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.ts';

/** Checks what a handler takes against its schema, and answers with every complaint and its place. */
export function validation(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const errors = issues.map(({ message, path = [] }) => ({
        place: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
        message,
      }));
      const places = errors.map(({ place, message }) => (place ? `${place}: ${message}` : message));
      return new Problem('invalid-request', places.join('; '), { errors });
    },
  });
}
