import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Connections } from '../platform/connections.ts';

/** How long the database may take to answer, in milliseconds. */
const pingMs = 1_000;

/** What an orchestrator asks: whether to restart the process, and whether to send it requests. */
@ApiTags('health')
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  live() {
    return { status: 'up' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether it can serve the shop. It can while the cache is degraded' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { database, cache } = this.#connections;
    const [databaseUp, cacheHealth] = await Promise.all([
      database.ping(pingMs).then(
        () => true,
        () => false,
      ),
      cache?.health(),
    ]);
    if (!databaseUp) reply.code(503);
    return {
      status: databaseUp ? 'up' : 'down',
      database: { status: databaseUp ? 'up' : 'down' },
      cache: cacheHealth ?? { status: 'off' },
    };
  }
}
