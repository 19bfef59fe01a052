import { type INestApplicationContext, SetMetadata } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import type { HttpCache } from '../http/http-cache.ts';
import { describedOperation } from '../openapi/described-operation.ts';
import type { OpenApiDocument } from '../openapi/open-api.ts';
import { defaultCache, httpCacheToken } from './cache-token.ts';
import { httpRouteOptions } from './http-route-options.ts';

/** Where @nestjs/swagger looks for what else is to stand in an operation. */
const extensionKey = 'swagger/apiExtension';

/** Stands in the operations of cached routes while the document is made. */
const markName = 'x-keepfresh-route';

type Method = () => unknown;
type Controller = abstract new (...args: never[]) => unknown;

/** A method and the controllers that have it: several, if they inherit it. */
interface MarkedMethod {
  readonly method: Method;
  readonly controllers: Controller[];
  /** What stood in its operations before. */
  readonly extension: object;
}

interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  [markName]?: number;
}

/**
 * The document that @nestjs/swagger makes of an application, with what the users of its `@HttpCache` routes see: how
 * long responses are kept, their fields, and the 304.
 * `describeHttpCaching(app, () => SwaggerModule.createDocument(app, config))`. Which route an operation is of is
 * known from the method itself, whatever its path, version and id are.
 */
export function describeHttpCaching<Document extends OpenApiDocument>(
  app: INestApplicationContext,
  createDocument: () => Document,
): Document {
  const marked = cachedMethods(app);
  for (const [n, { method, extension }] of marked.entries()) {
    SetMetadata(extensionKey, { ...extension, [markName]: n })(method);
  }
  try {
    return described(createDocument(), marked, app);
  } finally {
    for (const { method, extension } of marked) SetMetadata(extensionKey, extension)(method);
  }
}

function cachedMethods(app: INestApplicationContext): MarkedMethod[] {
  const marked = new Map<Method, MarkedMethod>();
  const [scanner, reflector] = [new MetadataScanner(), new Reflector()];
  for (const controller of controllersOf(app)) {
    const methods = controller.prototype as Record<string, Method>;
    for (const name of scanner.getAllMethodNames(methods)) {
      const method = methods[name]!;
      const extension = reflector.get<object | undefined>(extensionKey, method) ?? {};
      const known = marked.get(method) ?? { method, controllers: [], extension };
      known.controllers.push(controller);
      marked.set(method, known);
    }
  }
  return [...marked.values()].filter(({ method, controllers }) =>
    controllers.some((controller) => httpRouteOptions(controller, method) !== undefined),
  );
}

function controllersOf(app: INestApplicationContext): Controller[] {
  const modules = [...app.get(ModulesContainer, { strict: false }).values()];
  const wrappers = modules.flatMap(({ controllers }) => [...controllers.values()]);
  return [...new Set(wrappers.flatMap(({ metatype }) => (metatype as Controller | null) ?? []))];
}

function described<Document extends OpenApiDocument>(
  document: Document,
  marked: readonly MarkedMethod[],
  app: INestApplicationContext,
): Document {
  const ofItem = (item: object | undefined): object => {
    const entries = Object.entries(item ?? {}).map(([method, operation]: [string, unknown]) => {
      if (typeof operation !== 'object' || operation === null) return [method, operation];
      const { [markName]: mark, ...rest } = operation as Operation;
      return [method, mark === undefined ? operation : withWords(rest, method, marked[mark]!, app)];
    });
    return Object.fromEntries(entries) as object;
  };
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [path, ofItem(item)]);
  return { ...document, paths: Object.fromEntries(paths) as object };
}

function withWords(
  operation: Operation,
  method: string,
  { method: handler, controllers }: MarkedMethod,
  app: INestApplicationContext,
): object {
  const controller = controllers.length === 1 ? controllers[0] : ownerOf(operation, controllers);
  const options = controller && httpRouteOptions(controller, handler);
  if (options === undefined) return operation;
  const { cache = defaultCache, ...rest } = options;
  const http = app.get<HttpCache>(httpCacheToken(cache), { strict: false });
  return describedOperation(operation, { ...http.plan(rest), method });
}

/** Which of the controllers that inherit a method an operation is of, by what @nestjs/swagger calls it. */
function ownerOf(
  { operationId = '', tags = [] }: Operation,
  controllers: readonly Controller[],
): Controller | undefined {
  const owners = controllers.filter(
    ({ name }) =>
      operationId.startsWith(`${name}_`) || tags.includes(name.replace(/Controller$/, '')),
  );
  return owners.length === 1 ? owners[0] : undefined;
}
