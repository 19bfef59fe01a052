import { Controller, Get, type INestApplication, Inject, Module } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  TerminusModule,
} from '@nestjs/terminus';
import { describe, expect, it, vi } from 'vitest';
import { startRedis } from '../../../test/servers/redis-server.ts';
import { createCache } from '../src/core/index.ts';
import { KeepfreshHealthIndicator, KeepfreshModule } from '../src/nestjs/index.ts';
import { redis } from '../src/redis/index.ts';
import { startApplication } from './nestjs/application.ts';

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(KeepfreshHealthIndicator) private readonly shop: KeepfreshHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.shop.isHealthy('shop')]);
  }
}

/** What Terminus answers: the status of the response, of all and of the cache. */
async function answer(app: INestApplication): Promise<[number, string, unknown]> {
  const response = await fetch(`${await app.getUrl()}/health`);
  const { status, details } = (await response.json()) as HealthCheckResult;
  return [response.status, status, details['shop']?.status];
}

describe('Terminus asking for the health of a cache', () => {
  it('keeps an application in service without Redis, and takes it out when the cache is closed', async () => {
    await using server = await startRedis();
    const cache = createCache({ name: 'shop', remote: redis({ url: server.url }) });
    await cache.ready();
    @Module({
      imports: [TerminusModule.forRoot({ logger: false }), KeepfreshModule.forRoot({ cache })],
      controllers: [HealthController],
    })
    class App {}
    const app = await startApplication(App);
    const asked = (): Promise<[number, string, unknown]> => answer(app);
    const within = { timeout: 30_000 };
    await vi.waitFor(async () => expect(await asked()).toEqual([200, 'ok', 'up']), within);
    await server.kill();
    const degraded = [200, 'degraded', 'degraded'];
    await vi.waitFor(async () => expect(await asked()).toEqual(degraded), within);
    await cache.close();
    expect(await asked()).toEqual([503, 'error', 'down']);
  }, 120_000);
});
