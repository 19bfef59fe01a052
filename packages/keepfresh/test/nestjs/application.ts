import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterEach } from 'vitest';

type Adapter = ExpressAdapter | FastifyAdapter;

/** What NestJS runs on. */
export const adapters: Readonly<Record<'Express' | 'Fastify', () => Adapter>> = {
  Express: () => new ExpressAdapter(),
  Fastify: () => new FastifyAdapter({ forceCloseConnections: true }),
};

const open: INestApplication[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((application) => application.close()));
});

/** Makes an application that is closed after the test, if not before. */
export async function makeApplication(
  type: object,
  adapter: Adapter = adapters.Express(),
): Promise<INestApplication> {
  const application = await NestFactory.create(type, adapter as ExpressAdapter, {
    logger: false,
    abortOnError: false,
  });
  open.push(application);
  return application;
}

/** Makes an application that listens. */
export async function startApplication(type: object, adapter?: Adapter): Promise<INestApplication> {
  const application = await makeApplication(type, adapter);
  await application.listen(0, '127.0.0.1');
  return application;
}
