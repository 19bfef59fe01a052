import { checkNames } from '../core/check-options.ts';
import { digest } from '../core/digest.ts';
import { invalidArgument } from '../core/errors.ts';
import { escapePart } from '../core/policy/key-escape.ts';
import type { KeyPart } from '../core/policy/key-template.ts';
import { stableText } from '../core/policy/stable-text.ts';
import { partOf } from './part-of.ts';

/** What a request to an API asks for. */
export interface ApiRequest {
  /** Begins with `/`; without a query. */
  readonly path: string;
  /** In any letter case. @default 'GET' */
  readonly method?: string;
  /** Parameters by name, or those of a URL; their order does not matter, but for several of one name. @default none */
  readonly query?: Readonly<Record<string, unknown>> | URLSearchParams;
  /** Whose answer it is, where tenants get different ones. */
  readonly tenant?: KeyPart;
  /** Whose answer it is, where users get different ones. */
  readonly user?: KeyPart;
}

/**
 * The key of an answer of an API: `apiKey({ path: '/products/7' })` is `api:GET:/products/7`, with a digest of the
 * query if there is one, behind `tenant:acme:` and `user:42:` if they are given, so that patterns of a path, a tenant
 * and a user reach it. Two requests that differ have two keys. Throws INVALID_ARGUMENT, which names the field.
 */
export function apiKey(request: ApiRequest): string {
  checkNames(request, 'apiKey options', ['path', 'method', 'query', 'tenant', 'user']);
  const { path, method = 'GET', query = {}, tenant, user } = request;
  if (typeof path !== 'string' || !/^\/[^?#]*$/.test(path)) {
    throw invalidArgument(
      'apiKey options.path',
      "a path that begins with '/', its query apart",
      path,
    );
  }
  if (typeof method !== 'string' || !/^[A-Za-z]+$/.test(method)) {
    throw invalidArgument('apiKey options.method', "a method such as 'GET'", method);
  }
  const escaped = path.split('/').map(escapePart).join('/');
  const parts = ['api', method.toUpperCase(), escaped, ...queryParts(query)];
  return [...ownerParts(tenant, user), ...parts].join(':');
}

function ownerParts(tenant: KeyPart | undefined, user: KeyPart | undefined): string[] {
  return [
    ...(tenant === undefined ? [] : ['tenant', partOf(tenant, 'apiKey options.tenant')]),
    ...(user === undefined ? [] : ['user', partOf(user, 'apiKey options.user')]),
  ];
}

/** A digest of the query; nothing for none, and for one of which nothing is set. */
function queryParts(query: NonNullable<ApiRequest['query']>): string[] {
  const text = stableText(
    query instanceof URLSearchParams ? valuesOf(query) : query,
    'apiKey options.query',
  );
  return text === '{}' ? [] : [digest(text)];
}

/** Parameters by name: one value as it is, several as a list. */
function valuesOf(query: URLSearchParams): Record<string, string | string[]> {
  const values = [...new Set(query.keys())].map((name) => {
    const all = query.getAll(name);
    return [name, all.length === 1 ? all[0]! : all] as const;
  });
  return Object.fromEntries(values);
}
