import { Controller, Get, Header, Module } from '@nestjs/common';
import { body, type DoorContender } from './door.ts';
import { listenExpress, listenFastify, listenNest } from './listen.ts';

/** No cache: the route answers a string that is there. The floor: nobody can do less. */
export const constant: DoorContender = {
  name: 'a constant string',
  on: {
    Express: () =>
      listenExpress((app) => {
        app.get('/product', (_request, response) => void response.type('json').send(body));
      }),
    Fastify: () =>
      listenFastify((app) => {
        app.get('/product', async (_request, reply) => reply.type('application/json').send(body));
      }),
    NestJS: () => listenNest(moduleOf([])),
  },
};

/** A module with the route; `decorators` go on its handler. */
export function moduleOf(
  decorators: readonly MethodDecorator[],
  imports: readonly unknown[] = [],
): object {
  class Products {
    product(): string {
      return body;
    }
  }
  const handler = Object.getOwnPropertyDescriptor(Products.prototype, 'product')!;
  for (const decorate of [
    Get('product'),
    Header('content-type', 'application/json'),
    ...decorators,
  ]) {
    decorate(Products.prototype, 'product', handler);
  }
  Controller()(Products);
  class Shop {}
  Module({ controllers: [Products], imports: [...imports] as never[] })(Shop);
  return Shop;
}
