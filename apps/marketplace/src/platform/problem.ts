import { STATUS_CODES } from 'node:http';

/**
 * Every kind of problem this server reports (RFC 9457). The name is the last part of its `type`, which
 * leads to its description under `/problems/`.
 */
export const problems = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    description: 'A part of the request is missing or wrong. `errors` names each with its place.',
  },
  unauthorized: {
    status: 401,
    title: 'A token is needed',
    description: 'Changes need the token that was printed at start: `Authorization: Bearer …`.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    description: 'What was asked for does not exist, or no longer.',
  },
  'sku-taken': {
    status: 409,
    title: 'The SKU belongs to another product',
    description: 'A SKU names one variant in the whole shop.',
  },
  'changed-meanwhile': {
    status: 409,
    title: 'It was changed by somebody else',
    description: 'The change was not made. Read again, and decide again.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'There is not enough in stock',
    description: 'The sale was not made. `available` is what was left.',
  },
  'unknown-reference': {
    status: 422,
    title: 'Something the request refers to does not exist',
    description: 'A vendor, brand, category or attribute named in the request does not exist.',
  },
  unavailable: {
    status: 503,
    title: 'The shop cannot answer now',
    description: 'The database cannot be reached. The same request may succeed later.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    description: 'The log has the details under the correlation id.',
  },
} as const;

export type ProblemName = keyof typeof problems;

/** A failure that was foreseen, with what the caller is told about it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly problem: ProblemName;
  /** Members beside those of the standard, such as `available`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    problem: ProblemName,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.problem = problem;
    this.members = members;
  }
}

/** The body of a problem response: `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The id of the request, which the log has too. */
  readonly correlationId: string;
  readonly [member: string]: unknown;
}

/** The response to a foreseen failure. */
export function bodyOf(problem: Problem, correlationId: string): ProblemBody {
  const { status, title } = problems[problem.problem];
  const type = `/problems/${problem.problem}`;
  return { type, title, status, detail: problem.message, correlationId, ...problem.members };
}

/** The response to what only has an HTTP status, such as a route that does not exist. */
export function plainBody(
  status: number,
  detail: string | undefined,
  correlationId: string,
): ProblemBody {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, ...(detail && { detail }), correlationId };
}

/** The thing itself, or the problem that there is none. */
export function found<T>(thing: T | null, what: string): T {
  if (thing === null) throw new Problem('not-found', `There is no ${what}.`);
  return thing;
}
