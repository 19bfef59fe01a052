import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import fastify, { type FastifyInstance } from 'fastify';
import 'reflect-metadata';

/** An Express application that listens; gives where. */
export async function listenExpress(
  build: (app: express.Express) => Promise<void> | void,
): Promise<string> {
  const app = express();
  await build(app);
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** A Fastify application that listens; gives where. */
export async function listenFastify(
  build: (app: FastifyInstance) => Promise<void> | void,
): Promise<string> {
  const app = fastify();
  await build(app);
  return app.listen({ port: 0, host: '127.0.0.1' });
}

/** A NestJS application on Fastify that listens; gives where. */
export async function listenNest(module: object): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(
    module as never,
    new FastifyAdapter(),
    { logger: false },
  );
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
