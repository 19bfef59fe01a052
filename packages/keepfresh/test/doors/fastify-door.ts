import fastify from 'fastify';
import { httpCaching } from '../../src/fastify/index.ts';
import type { Door } from './shop.ts';
import { writePieces } from './write-answer.ts';

/** Fastify 5. */
export const fastifyDoor: Door = {
  name: 'Fastify',
  async open(cache, routes) {
    const app = fastify({ forceCloseConnections: true });
    await app.register(httpCaching, { cache });
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', `of ${request.method} ${request.url}`);
      if (request.headers['x-deny'] !== undefined) await reply.code(403).send('denied');
    });
    for (const { path, options, handler } of routes) {
      app.route({
        method: ['GET', 'POST', 'PUT', 'DELETE'],
        url: `/shop${path}`,
        config: { cache: options },
        handler: async ({ method, url, headers }, reply) => {
          const answer = await handler({ method, url, headers });
          if (answer.pieces !== undefined) {
            reply.hijack();
            return writePieces(reply.raw, answer);
          }
          reply
            .code(answer.status ?? 200)
            .headers((answer.headers ?? {}) as Record<string, string>);
          return reply.send(answer.body);
        },
      });
    }
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: `${url}/shop`, close: () => app.close() };
  },
};
