import { createCache } from 'keepfresh';
import { httpCaching as expressCaching } from 'keepfresh/express';
import { httpCaching as fastifyCaching } from 'keepfresh/fastify';
import { HttpCache, KeepfreshModule } from 'keepfresh/nestjs';
import { moduleOf } from './constant.ts';
import { body, type DoorContender, tenMinutes as ttl } from './door.ts';
import { listenExpress, listenFastify, listenNest } from './listen.ts';

export const keepfresh: DoorContender = {
  name: 'keepfresh',
  package: 'keepfresh',
  on: {
    Express: () =>
      listenExpress((app) => {
        const cached = expressCaching(createCache({ name: 'doors' }), { ttl });
        app.get(
          '/product',
          cached(),
          (_request, response) => void response.type('json').send(body),
        );
      }),
    Fastify: () =>
      listenFastify(async (app) => {
        await app.register(fastifyCaching, { cache: createCache({ name: 'doors' }), ttl });
        app.get('/product', { config: { cache: true } }, async (_request, reply) =>
          reply.type('application/json').send(body),
        );
      }),
    NestJS: () =>
      listenNest(moduleOf([HttpCache({ ttl })], [KeepfreshModule.forRoot({ name: 'doors' })])),
  },
};
