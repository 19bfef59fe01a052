import library from '@fastify/caching';
import { body, type DoorContender, tenMinutes } from './door.ts';
import { listenFastify } from './listen.ts';

export const fastifyCaching: DoorContender = {
  name: '@fastify/caching',
  package: '@fastify/caching',
  note: 'gives the application a cache and sets fields; what is kept, and under which key, the handler does itself, so nothing of the request is looked at',
  on: {
    Fastify: () =>
      listenFastify(async (app) => {
        await app.register(library, { expiresIn: tenMinutes / 1_000 });
        app.get('/product', (request, reply) => {
          const send = (text: string): void => void reply.type('application/json').send(text);
          app.cache.get(request.url, (error: unknown, found: unknown) => {
            const kept = found as { item: string } | null;
            if (error === null && kept !== null) return send(kept.item);
            app.cache.set(request.url, body, tenMinutes, () => send(body));
          });
        });
      }),
  },
};
