/** The guide "NestJS", in one program. */
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { db, type Product } from './shop-database.ts';

// #region service
import { Cacheable, CacheEvict, CacheKey } from 'keepfresh/decorators';

@Injectable()
class ProductService {
  @Cacheable({ key: 'product:{id}', ttl: '30m' })
  async find(@CacheKey('id') id: number): Promise<Product | null> {
    return db.product(id);
  }

  @CacheEvict({ keys: 'product:{0}' })
  async setPrice(id: number, price: number): Promise<void> {
    await db.setPrice(id, price);
  }
}
// #endregion

// #region controller
import type { Cache } from 'keepfresh';
import { HttpCache, InjectCache } from 'keepfresh/nestjs';

@Controller('products')
class ProductController {
  readonly products: ProductService;
  readonly cache: Cache;

  constructor(products: ProductService, @InjectCache() shop: Cache) {
    this.products = products;
    this.cache = shop;
  }

  @Get(':id')
  @HttpCache({ ttl: '1m' })
  find(@Param('id') id: string): Promise<Product | null> {
    return this.products.find(Number(id));
  }
}
// #endregion

// #region module
import { KeepfreshModule } from 'keepfresh/nestjs';

@Module({
  imports: [
    KeepfreshModule.forRoot({ name: 'shop' }),
    KeepfreshModule.forRootAsync({
      as: 'search', // a second cache: @InjectCache('search'), @Cacheable({ cache: 'search', … })
      useFactory: () => ({ name: 'search', defaults: { ttl: '2m' } }),
    }),
  ],
  providers: [ProductService],
  controllers: [ProductController],
})
class ShopModule {}
// #endregion

const app = await NestFactory.create(ShopModule, { logger: false });
await app.listen(0, '127.0.0.1');
const ask = async (): Promise<string | null> =>
  (await fetch(`${await app.getUrl()}/products/7`)).headers.get('cache-status');
assert.match((await ask())!, /stored/);
assert.match((await ask())!, /hit/);
// #region openapi
import { describeHttpCaching } from 'keepfresh/nestjs';

const config = new DocumentBuilder().setTitle('Shop').build();
const document = describeHttpCaching(app, () => SwaggerModule.createDocument(app, config));
SwaggerModule.setup('docs', app, document);
// #endregion
assert.match(document.paths['/products/{id}']!.get!.description!, /kept for 1 minute/);
// #region health
import { KeepfreshHealthIndicator } from 'keepfresh/nestjs';

const health = app.get(KeepfreshHealthIndicator);
await health.isHealthy('cache'); // { cache: { status: 'up' | 'degraded' | 'down', … } }
// #endregion
assert.equal((await health.isHealthy('cache'))['cache']?.status, 'up');
await app.close();

// #region unit-test
import { bindCache } from 'keepfresh/decorators';
import { createTestCache } from 'keepfresh/testing';

const { cache, close } = createTestCache();
const service = new ProductService();
bindCache(service, cache);
await service.find(7);
assert.ok(cache.peek('product:7'));
// #endregion
await close();
