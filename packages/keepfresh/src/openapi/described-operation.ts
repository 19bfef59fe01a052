import { cacheStatus } from '../http/cache-status.ts';
import { isSafe } from '../http/request-bypass.ts';
import type { RoutePlan } from '../http/route-plan.ts';
import { cachingWords, changingWords } from './caching-words.ts';
import type { OpenApiHeader, OpenApiOperation, OpenApiResponse } from './open-api.ts';

/**
 * An operation of an OpenAPI document with what its users see of the cache: how long responses are kept, their
 * fields, and the 304; for a method that changes something, what that invalidates. What the operation says of its
 * own stays.
 */
export function describedOperation<Operation extends object>(
  operation: Operation,
  options: RoutePlan & { readonly method: string },
): Operation {
  const { description, responses = {} } = operation as OpenApiOperation;
  const method = options.method.toUpperCase();
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead && isSafe(method)) return operation;
  const words = isRead ? cachingWords(options.rules) : changingWords;
  return {
    ...operation,
    description:
      description === undefined || description === '' ? words : `${description}\n\n${words}`,
    ...(isRead ? { responses: withFields(responses, options.name) } : {}),
  };
}

function withFields(
  responses: NonNullable<OpenApiOperation['responses']>,
  name: string,
): OpenApiOperation['responses'] {
  const fields = fieldsOf(name);
  const { Age: _, ...ofNotModified } = fields;
  const described = Object.entries(responses).map(([status, response]) => [
    status,
    /^2(?:\d\d|XX)$/.test(status) ? withHeaders(response, fields) : response,
  ]);
  const notModified = { description: 'What the client has is current.' };
  return {
    ...Object.fromEntries(described),
    '304': withHeaders(responses['304'] ?? notModified, ofNotModified),
  } as OpenApiOperation['responses'];
}

/** A response elsewhere in the document, which is not this operation's alone, is left as it is. */
function withHeaders<Response extends OpenApiResponse | { readonly $ref: string }>(
  response: Response,
  fields: Readonly<Record<string, OpenApiHeader>>,
): Response {
  if ('$ref' in response) return response;
  return { ...response, headers: { ...fields, ...response.headers } };
}

function fieldsOf(name: string): Record<string, OpenApiHeader> {
  const text = (description: string, example?: string): OpenApiHeader => ({
    description,
    schema: { type: 'string' },
    ...(example === undefined ? {} : { example }),
  });
  return {
    'Cache-Control': text(
      'How long the response may be kept, where the server says so (RFC 9111).',
    ),
    ETag: text('Names this version of the response, for `If-None-Match` (RFC 9110).', '"4Fq0yL5"'),
    Age: {
      description: 'Seconds since the response was made; absent on one that was made just now.',
      schema: { type: 'integer' },
      example: 12,
    },
    'Cache-Status': text(
      'Whether the response is from the cache, or why not (RFC 9211).',
      cacheStatus(name, { hit: true, ttl: 42 }),
    ),
    Vary: text('Fields of the request that the response depends on, if any (RFC 9110).'),
  };
}
