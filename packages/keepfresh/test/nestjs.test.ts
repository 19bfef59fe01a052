import { Controller, type ExceptionFilter, Get, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { createCache } from '../src/core/index.ts';
import { HttpCache, KeepfreshModule } from '../src/nestjs/index.ts';
import { adapters, startApplication } from './nestjs/application.ts';

interface Sending {
  readonly send: () => void;
}

async function started(
  ...application: Parameters<typeof startApplication>
): Promise<(path: string) => Promise<Response>> {
  const url = await (await startApplication(...application)).getUrl();
  return (path) => fetch(url + path);
}

describe('KeepfreshModule', () => {
  const failure = async (module: () => unknown): Promise<string> => {
    try {
      class App {}
      Module({ imports: [module() as never] })(App);
      await started(App);
      return 'none';
    } catch (error) {
      return String(error);
    }
  };

  it.each<[string, () => unknown, RegExp]>([
    ['no options', () => KeepfreshModule.forRoot(undefined as never), /forRoot must be an object/],
    ['a misspelt one', () => KeepfreshModule.forRoot({ name: 'a', tll: 1 } as never), /'tll'/],
    ['a wrong as', () => KeepfreshModule.forRoot({ name: 'a', as: '' }), /options\.as must be a/],
    [
      'what is no cache',
      () => KeepfreshModule.forRoot({ cache: {} as never }),
      /^CacheError: cache must be an object with/,
    ],
    [
      'no factory',
      () => KeepfreshModule.forRootAsync({} as never),
      /useFactory must be a function/,
    ],
    [
      'a misspelt setting',
      () => KeepfreshModule.forRootAsync({ useFactory: () => ({ name: 'a' }), global: 1 } as never),
      /has no option 'global'/,
    ],
    [
      'a factory that returns nothing',
      () => KeepfreshModule.forRootAsync({ useFactory: () => undefined as never }),
      /options of KeepfreshModule must be an object/,
    ],
  ])('refuses %s', async (_, module, message) => {
    expect(await failure(module)).toMatch(message);
  });
});

describe.each(Object.entries(adapters))('@HttpCache on %s', (_, adapter) => {
  it('keeps responses in the cache that it names', async () => {
    const [shop, search] = [createCache({ name: 'shop' }), createCache({ name: 'search' })];
    @Controller()
    class Found {
      @Get('found')
      @HttpCache({ ttl: '1m', cache: 'search' })
      found(): string {
        return 'lamp';
      }

      @Get('other')
      @HttpCache({ ttl: '1m' })
      other(): string {
        return 'shelf';
      }
    }
    @Module({
      imports: [
        KeepfreshModule.forRoot({ cache: shop }),
        KeepfreshModule.forRoot({ cache: search, as: 'search' }),
      ],
      controllers: [Found],
    })
    class App {}
    const ask = await started(App, adapter());
    expect(await (await ask('/found')).text()).toBe('lamp');
    expect([search.stats().entries, shop.stats().entries]).toEqual([1, 0]);
    expect((await ask('/found')).headers.get('cache-status')).toContain('hit');
    await ask('/other');
    expect([search.stats().entries, shop.stats().entries]).toEqual([1, 1]);
    await Promise.all([shop.close(), search.close()]);
  });

  it('counts what is said on the method before what is said on its class', async () => {
    @Controller()
    @HttpCache({ ttl: '1m', cache: 'nowhere' })
    class Both {
      @Get('both')
      @HttpCache({ cache: 'default' })
      both(): string {
        return 'lamp';
      }
    }
    @Module({ imports: [KeepfreshModule.forRoot({ name: 'shop' })], controllers: [Both] })
    class App {}
    const ask = await started(App, adapter());
    expect((await ask('/both')).headers.get('cache-status')).toContain('stored');
    expect((await ask('/both')).headers.get('cache-status')).toContain('hit');
  });

  it('keeps apart the options of two controllers that inherit one method', async () => {
    class Lists {
      @Get('list')
      @HttpCache()
      list(): string {
        return 'lamps';
      }
    }
    @Controller('kept')
    @HttpCache({ ttl: '1m' })
    class Kept extends Lists {}
    @Controller('not')
    class NotKept extends Lists {}
    @Module({ imports: [KeepfreshModule.forRoot({ name: 'shop' })], controllers: [Kept, NotKept] })
    class App {}
    const ask = await started(App, adapter());
    expect((await ask('/kept/list')).headers.get('cache-status')).toContain('stored');
    expect((await ask('/not/list')).headers.get('cache-status')).not.toContain('stored');
  });

  it('says which route has no cache, and what to import', async () => {
    @Controller()
    class Alone {
      @Get('alone')
      @HttpCache({ ttl: '1m', cache: 'search' })
      alone(): string {
        return 'lamp';
      }
    }
    const said: unknown[] = [];
    const filter: ExceptionFilter = {
      catch: (error: unknown, host) => {
        said.push(error);
        const reply = host.switchToHttp().getResponse<{ status: (n: number) => Sending }>();
        reply.status(500).send();
      },
    };
    @Module({
      imports: [KeepfreshModule.forRoot({ name: 'shop' })],
      controllers: [Alone],
      providers: [{ provide: APP_FILTER, useValue: filter }],
    })
    class App {}
    const ask = await started(App, adapter());
    expect((await ask('/alone')).status).toBe(500);
    expect(String(said[0])).toMatch(/Alone\.alone is decorated .* as: 'search' }\)/);
  });
});
