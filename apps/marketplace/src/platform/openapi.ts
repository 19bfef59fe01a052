import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { describeHttpCaching } from 'keepfresh/fastify';

const introduction = `The catalog and the stock of a shop with many vendors.

Reads are open. Changes need the token that is printed at start. Every failure is a problem (RFC 9457) with
the id of its request, which may be given as \`X-Request-Id\` (8 to 128 of \`A-Z a-z 0-9 . _ : -\`); the
kinds are listed under \`/problems\`.
Money is whole cents. Lists are read page by page: \`nextCursor\` leads to the next one.`;

/**
 * Describes the API under `/openapi.json`, and shows it under `/docs`. The document is made when it is first asked for:
 * which pages are cached, and how, is known from the routes once they are there.
 */
export function describeApi(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Marketplace')
    .setDescription(introduction)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .build();
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  const document = () =>
    describeHttpCaching(server, SwaggerModule.createDocument(app, description));
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}
