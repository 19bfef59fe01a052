import type { ServerResponse } from 'node:http';
import {
  All,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  type INestApplication,
  Module,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Cache } from '../../src/core/index.ts';
import { HttpCache, KeepfreshModule } from '../../src/nestjs/index.ts';
import type { Asked, Door, Route } from './shop.ts';
import { writePieces } from './write-answer.ts';

/** NestJS on Express, and on Fastify. */
export const nestDoors: readonly Door[] = [
  nestDoor('NestJS on Express', () => new ExpressAdapter()),
  nestDoor('NestJS on Fastify', () => new FastifyAdapter({ forceCloseConnections: true })),
];

function nestDoor(name: string, adapter: () => AbstractHttpAdapter): Door {
  return {
    name,
    async open(cache, routes) {
      const app = await NestFactory.create(moduleOf(cache, routes), adapter(), { logger: false });
      await app.listen(0, '127.0.0.1');
      return { url: `${await app.getUrl()}/shop`, close: () => closed(app) };
    },
  };
}

async function closed(app: INestApplication): Promise<void> {
  (app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
  await app.close();
}

/** Express's response, and Fastify's reply around one. */
interface Reply {
  readonly raw?: ServerResponse;
  hijack(): void;
  status(code: number): Reply;
  header(name: string, value: unknown): Reply;
  send(body: unknown): unknown;
}

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const [request, reply] = [
      context.switchToHttp().getRequest<Asked>(),
      context.switchToHttp().getResponse<Reply>(),
    ];
    reply.header('x-request-id', `of ${request.method} ${request.url}`);
    if (request.headers['x-deny'] !== undefined) throw new ForbiddenException('denied');
    return true;
  }
}

function moduleOf(cache: Cache, routes: readonly Route[]): object {
  const controllers = routes.map(({ path, options, handler }) => {
    @Controller('shop')
    class RouteController {
      @HttpCache(options)
      @UseGuards(Guard)
      @All(path)
      async answer(@Req() request: Asked, @Res() reply: Reply): Promise<void> {
        const { method, url, headers } = request;
        const answer = await handler({ method, url, headers });
        if (answer.pieces !== undefined) {
          if (reply.raw !== undefined) reply.hijack();
          return writePieces(reply.raw ?? (reply as unknown as ServerResponse), answer);
        }
        reply.status(answer.status ?? 200);
        for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
        reply.send(answer.body);
      }
    }
    return RouteController;
  });
  class Shop {}
  Module({ imports: [KeepfreshModule.forRoot({ cache })], controllers })(Shop);
  return Shop;
}
