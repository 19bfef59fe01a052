import type { AddressInfo } from 'node:net';
import express from 'express';
import { httpCaching } from '../../src/express/index.ts';
import type { Door } from './shop.ts';
import { writePieces } from './write-answer.ts';

/** Express 5. */
export const expressDoor: Door = {
  name: 'Express',
  async open(cache, routes) {
    const app = express();
    const router = express.Router();
    const cached = httpCaching(cache);
    app.use((request, response, next) => {
      response.setHeader('x-request-id', `of ${request.method} ${request.originalUrl}`);
      if (request.headers['x-deny'] === undefined) next();
      else response.status(403).send('denied');
    });
    for (const { path, options, handler } of routes) {
      router.all(path, cached(options), async (request, response) => {
        const { method, originalUrl, headers } = request;
        const answer = await handler({ method, url: originalUrl, headers });
        if (answer.pieces !== undefined) return writePieces(response, answer);
        response.status(answer.status ?? 200).set(answer.headers as Record<string, string>);
        response.send(answer.body);
      });
    }
    app.use('/shop', router);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  },
};
