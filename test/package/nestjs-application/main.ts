/**
 * A NestJS application as a CommonJS project has it; asks itself, with a Redis that it ends in the middle, and ends with
 * what was wrong. Takes the URLs of two servers.
 */
import 'reflect-metadata';
import assert from 'node:assert/strict';
import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  Param,
  Put,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Cache, key } from 'keepfresh';
import { CacheManager } from 'keepfresh/cache-manager';
import { Cacheable, CacheEvict, CacheKey } from 'keepfresh/decorators';
import {
  cacheToken,
  HttpCache,
  InjectCache,
  KeepfreshHealthIndicator,
  KeepfreshModule,
} from 'keepfresh/nestjs';
import { redis } from 'keepfresh/redis';
import { CACHE_MANAGER, CacheModule } from 'keepfresh/nestjs-cache-manager';
import { createClient } from 'redis';

@Injectable()
class ProductService {
  loads = 0;
  price = 40;

  @Cacheable({ key: 'product:{id}' })
  async find(@CacheKey('id') id: string): Promise<{ id: string; price: number }> {
    this.loads++;
    return { id, price: this.price };
  }

  @CacheEvict({ keys: 'product:{0}' })
  async setPrice(_id: string, price: number): Promise<void> {
    this.price = price;
  }
}

@Controller('products')
class ProductController {
  constructor(
    private readonly products: ProductService,
    @InjectCache() readonly cache: Cache,
    @Inject(CACHE_MANAGER) readonly manager: CacheManager,
  ) {}

  @Get('manager')
  async wrapped(): Promise<string> {
    return this.manager.wrap('name', () => 'Lamp');
  }

  @Get(':id')
  @HttpCache({ ttl: '1m', tags: ({ url }) => [key`product:${url.split('/').at(-1)!}`] })
  find(@Param('id') id: string): Promise<{ id: string; price: number }> {
    return this.products.find(id);
  }

  @Put(':id')
  @HttpCache()
  setPrice(@Param('id') id: string): Promise<void> {
    return this.products.setPrice(id, this.products.price + 5);
  }
}

@Module({ controllers: [ProductController], providers: [ProductService] })
class ShopModule {
  static over(redisUrl: string): DynamicModule {
    const remote = redis({ url: redisUrl });
    return {
      module: ShopModule,
      imports: [
        KeepfreshModule.forRoot({ name: 'shop', remote }),
        CacheModule.register({ ttl: 60_000 }),
      ],
    };
  }
}

async function checkOn(adapter: ExpressAdapter | FastifyAdapter, redisUrl: string): Promise<void> {
  const app: INestApplication = await NestFactory.create(ShopModule.over(redisUrl), adapter, {
    logger: false,
  });
  await app.get<Cache>(cacheToken()).ready({ within: '30s' });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const ask = async (method: string, path: string): Promise<[string, string | null]> => {
    const response = await fetch(url + path, { method, headers: { connection: 'close' } });
    return [await response.text(), response.headers.get('cache-status')];
  };
  assert.match((await ask('GET', '/products/7'))[1]!, /stored/);
  assert.match((await ask('GET', '/products/7'))[1]!, /hit/);
  await ask('PUT', '/products/7');
  assert.deepEqual(JSON.parse((await ask('GET', '/products/7'))[0]), { id: '7', price: 45 });
  assert.equal(app.get(ProductService).loads, 2);
  assert.deepEqual(await ask('GET', '/products/manager'), ['Lamp', null]);
  assert.ok(app.get(CACHE_MANAGER) instanceof CacheManager, 'one copy of the library');
  await healthIs(app, 'up');

  await endRedis(redisUrl);
  for (let n = 0; n < 20; n++) {
    assert.deepEqual(JSON.parse((await ask('GET', '/products/7'))[0]), { id: '7', price: 45 });
  }
  await ask('PUT', '/products/7');
  assert.deepEqual(JSON.parse((await ask('GET', '/products/7'))[0]), { id: '7', price: 50 });
  await healthIs(app, 'degraded');
  await app.close();
}

/** Waits until the application says so; its test ends it if that never comes. */
async function healthIs(app: INestApplication, status: string): Promise<void> {
  for (;;) {
    const { cache } = await app.get(KeepfreshHealthIndicator).isHealthy();
    if (cache?.status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endRedis(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  await client.sendCommand(['SHUTDOWN', 'NOSAVE']).catch(() => {});
}

async function main(): Promise<void> {
  assert.equal(typeof module.exports, 'object', 'a CommonJS module');
  const [first, second] = process.argv.slice(2);
  await checkOn(new ExpressAdapter(), first!);
  await checkOn(new FastifyAdapter({ forceCloseConnections: true }), second!);
  console.log(`CommonJS, ${process.version}`);
}

void main();
