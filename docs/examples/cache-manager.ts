/** The part about NestJS of the guide "In place of another cache". */
import 'reflect-metadata';
import assert from 'node:assert/strict';
// #region import
import { CACHE_MANAGER, CacheInterceptor } from '@nestjs/cache-manager';
import { CacheModule } from 'keepfresh/nestjs-cache-manager'; // was: '@nestjs/cache-manager'
// #endregion
import { Controller, Get, Inject, Module, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CacheManager } from 'keepfresh/cache-manager';

@Controller('products')
@UseInterceptors(CacheInterceptor)
class ProductController {
  readonly manager: CacheManager;

  constructor(@Inject(CACHE_MANAGER) manager: CacheManager) {
    this.manager = manager;
  }

  @Get()
  list(): Promise<string[]> {
    return this.manager.wrap('names', () => ['Lamp', 'Shelf']);
  }
}

// #region module
@Module({
  imports: [CacheModule.register({ ttl: 60_000, isGlobal: true, cache: { name: 'shop' } })],
  controllers: [ProductController],
})
class ShopModule {}
// #endregion

const app = await NestFactory.create(ShopModule, { logger: false });
await app.listen(0, '127.0.0.1');
const ask = async (): Promise<string | null> =>
  (await fetch(`${await app.getUrl()}/products`)).headers.get('x-cache');
assert.equal(await ask(), 'MISS');
assert.equal(await ask(), 'HIT');
await app.close();
