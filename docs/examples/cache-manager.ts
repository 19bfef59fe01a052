/** The part about NestJS of the guide "In place of another cache". */
import 'reflect-metadata';
import assert from 'node:assert/strict';
// #region import
import { CACHE_MANAGER, CacheInterceptor, CacheKey } from '@nestjs/cache-manager';
import { CacheModule } from 'keepfresh/nestjs-cache-manager'; // was: '@nestjs/cache-manager'
// #endregion
import { Controller, Get, Inject, Module, Param, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CacheManager } from 'keepfresh/cache-manager';
// #region beside
import { Cacheable, CacheKey as KeyPart } from 'keepfresh/decorators';
// #endregion
import { KeepfreshModule } from 'keepfresh/nestjs';

@Controller('products')
@UseInterceptors(CacheInterceptor)
class ProductController {
  readonly manager: CacheManager;

  constructor(@Inject(CACHE_MANAGER) manager: CacheManager) {
    this.manager = manager;
  }

  @Get()
  @CacheKey('the list')
  list(): Promise<string[]> {
    return this.manager.wrap('names', () => ['Lamp', 'Shelf']);
  }

  @Get(':id')
  @Cacheable({ key: 'product:{id}' })
  async find(@Param('id') @KeyPart('id') id: string): Promise<string> {
    return `Lamp ${id}`;
  }
}

// #region module
@Module({
  imports: [CacheModule.register({ ttl: 60_000, isGlobal: true, cache: { name: 'shop' } })],
  controllers: [ProductController],
})
class ShopModule {}
// #endregion

@Module({ imports: [KeepfreshModule.forRoot({ name: 'decorated' }), ShopModule] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, '127.0.0.1');
const ask = async (path: string): Promise<string | null> =>
  (await fetch((await app.getUrl()) + path)).headers.get('x-cache');
assert.equal(await ask('/products'), 'MISS');
assert.equal(await ask('/products'), 'HIT');
assert.equal(await ask('/products/7'), 'MISS');
await app.close();
