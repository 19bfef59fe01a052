import {
  Cache,
  CACHE_MANAGER,
  CacheInterceptor,
  CacheKey,
  type CacheModule,
  type CacheModuleOptions,
  CacheTTL,
} from '@nestjs/cache-manager';
import {
  Controller,
  Delete,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Put,
  UseInterceptors,
} from '@nestjs/common';

/** How the application imports the module it is written against. */
export type ImportedModule = Pick<typeof CacheModule, 'register' | 'registerAsync'>;

/** The ways in which applications register it. */
export const registrations: Readonly<Record<string, (module: ImportedModule) => object>> = {
  'register()': (module) => module.register(),
  'register() with options': (module) => module.register({ ttl: 600_000, isGlobal: true }),
  'registerAsync() with a function': (module) =>
    module.registerAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: ({ ttl }: Settings) => ({ ttl }),
    }),
  'registerAsync() with a class': (module) =>
    module.registerAsync({ isGlobal: true, useClass: MadeOptions }),
};

class Settings {
  readonly ttl = 600_000;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class MadeOptions {
  createCacheOptions(): CacheModuleOptions {
    return { ttl: 600_000 };
  }
}

/** An application written against @nestjs/cache-manager, in the ways of its guide. */
export function shopApplication(cacheModule: object): object {
  let runs = 0;

  @Injectable()
  class PriceService {
    constructor(
      @Inject(CACHE_MANAGER) private readonly byToken: Cache,
      @Inject(Cache) private readonly byClass: Cache,
    ) {}

    price(id: string): Promise<string> {
      return this.byToken.wrap(`price:${id}`, () => `price ${++runs}`, 600_000);
    }

    async setPrice(id: string): Promise<string | undefined> {
      await this.byClass.set(`price:${id}`, 'set', 600_000);
      return this.byToken.get<string>(`price:${id}`);
    }

    async forget(id: string): Promise<boolean> {
      return this.byToken.del(`price:${id}`);
    }

    async clear(): Promise<boolean> {
      return this.byClass.clear();
    }
  }

  @Controller('prices')
  class PriceController {
    constructor(@Inject(PriceService) private readonly prices: PriceService) {}

    @Get(':id')
    price(@Param('id') id: string): Promise<string> {
      return this.prices.price(id);
    }

    @Put(':id')
    setPrice(@Param('id') id: string): Promise<string | undefined> {
      return this.prices.setPrice(id);
    }

    @Delete(':id')
    forget(@Param('id') id: string): Promise<boolean> {
      return this.prices.forget(id);
    }

    @Delete()
    clear(): Promise<boolean> {
      return this.prices.clear();
    }
  }

  @Controller('pages')
  @UseInterceptors(CacheInterceptor)
  class PageController {
    @Get('list')
    list(): object {
      return { list: ++runs };
    }

    @Get('named')
    @CacheKey('the page')
    @CacheTTL(600_000)
    named(): object {
      return { named: ++runs };
    }
  }

  @Module({
    imports: [cacheModule as never],
    controllers: [PriceController, PageController],
    providers: [PriceService],
  })
  class ShopModule {}
  return ShopModule;
}
