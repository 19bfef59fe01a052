import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cache } from 'keepfresh';
import { httpCaching } from 'keepfresh/fastify';
import type { Config } from '../config.ts';
import { plainBody } from './problem.ts';
import { RequestLog } from './request-log.ts';

/** Largest request body, in bytes. */
const bodyLimit = 262_144;

/** What may be taken over as the id of a request: nothing that could break a log line or a header. */
const saneRequestId = /^[A-Za-z0-9._:-]{8,128}$/;

/** The HTTP server before it has routes: ids, logs, security headers, CORS, and pages from the cache if there is one. */
export async function makeServer(
  config: Config,
  cache: Cache | undefined,
  log?: Writable,
): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter({
    logger: { level: config.logLevel, ...(log && { stream: log }) },
    genReqId: requestIdOf,
    logController: new RequestLog({ enabled: config.requestLog }),
    bodyLimit,
    return503OnClosing: true,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const status = error.statusCode ?? 400;
      void reply
        .code(status)
        .header('x-request-id', request.id)
        .type('application/problem+json')
        .send(plainBody(status, error.message, request.id));
    },
  });
  const server = adapter.getInstance<FastifyInstance>();
  sendRequestId(server);
  await server.register(helmet, {
    // The defaults, but for what would break the shop over plain HTTP.
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
  await server.register(cors, {
    origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-Id'],
  });
  if (cache !== undefined) await server.register(httpCaching, { cache });
  return adapter;
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID();
}

function sendRequestId(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}
