import { All, Controller, Get, Module, Put, VersioningType } from '@nestjs/common';
import {
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';
import { describeHttpCaching, HttpCache, KeepfreshModule } from '../src/nestjs/index.ts';
import { adapters, makeApplication } from './nestjs/application.ts';

class Lists {
  @Get('list')
  @HttpCache({ staleIfError: '1h' })
  list(): string[] {
    return [];
  }
}

@Controller('books')
@HttpCache({ ttl: '1m' })
class BookController extends Lists {
  @Get(':id')
  @ApiOperation({ operationId: 'named', description: 'A book.' })
  @ApiOkResponse({ description: 'It.', headers: { 'X-Own': { description: 'Own.' } } })
  @ApiExtension('x-own', { of: 'mine' })
  book(): string {
    return 'book';
  }

  @Put(':id')
  change(): void {}

  @All('all')
  @HttpCache({ cache: 'search' })
  all(): string {
    return 'all';
  }
}

@Controller({ path: 'films', version: '2' })
class FilmController extends Lists {
  @Get('plain')
  plain(): string {
    return 'plain';
  }
}

@Module({
  imports: [
    KeepfreshModule.forRoot({ name: 'shop', http: { name: 'shop', cookies: 'ignore' } }),
    KeepfreshModule.forRoot({ name: 'search', as: 'search', http: { name: 'finder' } }),
  ],
  controllers: [BookController, FilmController],
})
class App {}

describe.each(Object.entries(adapters))('the document of an application on %s', (_, adapter) => {
  async function made(): Promise<{ plain: OpenAPIObject; described: OpenAPIObject }> {
    const app = await makeApplication(App, adapter());
    app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
    await app.init();
    const config = new DocumentBuilder().setTitle('Shop').build();
    const create = (): OpenAPIObject => SwaggerModule.createDocument(app, config);
    const described = describeHttpCaching(app, create);
    return { plain: create(), described };
  }

  it('tells of cached routes, and of no others, wherever they are', async () => {
    const { plain, described } = await made();
    const cached = Object.entries(described.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { description?: string }>)
        .filter(([, { description = '' }]) => description.includes('**Caching.**'))
        .map(([method]) => `${method} ${path}`),
    );
    expect(cached.toSorted()).toEqual(
      [
        'get /api/books/list',
        'get /api/books/{id}',
        'put /api/books/{id}',
        ...['delete', 'get', 'patch', 'post', 'put'].map((each) => `${each} /api/books/all`),
        'get /api/v2/films/list',
        ...Object.keys(plain.paths['/api/books/all']!)
          .filter((each) => each === 'head')
          .map((each) => `${each} /api/books/all`),
      ].toSorted(),
    );
    expect(described.paths['/api/v2/films/plain']).toEqual(plain.paths['/api/v2/films/plain']);
  });

  it('tells each route by its options, those of its class and of its cache', async () => {
    const { described } = await made();
    const { get } = described.paths['/api/books/{id}']!;
    expect(get).toMatchObject({ operationId: 'named', 'x-own': { of: 'mine' } });
    expect(get!.description).toMatch(/^A book\.\n\n\*\*Caching\.\*\* .* kept for 1 minute/);
    expect(get!.description).not.toContain('cookies');
    const ok = get!.responses['200'] as { headers: Record<string, object> };
    expect(Object.keys(ok.headers)).toEqual(expect.arrayContaining(['X-Own', 'ETag', 'Age']));
    expect(JSON.stringify(ok)).toContain('shop; hit');
    expect(get!.responses['304']).toMatchObject({ description: 'What the client has is current.' });
    const all = JSON.stringify(described.paths['/api/books/all']!.get);
    expect(all).toContain('finder; hit');
    expect(all).toContain('Requests with cookies are not answered');
  });

  it('tells apart the routes of two controllers that inherit one method', async () => {
    const { described } = await made();
    const words = (path: string): string => described.paths[path]!.get!.description!;
    expect(words('/api/books/list')).toContain('1 minute');
    expect(words('/api/v2/films/list')).not.toContain('1 minute');
    for (const path of ['/api/books/list', '/api/v2/films/list']) {
      expect(words(path)).toContain('For 1 hour after that');
    }
  });

  it('leaves no trace in documents that are made without it', async () => {
    const { plain, described } = await made();
    for (const document of [plain, described]) {
      expect(JSON.stringify(document)).not.toContain('x-keepfresh');
    }
    expect(JSON.stringify(plain)).not.toContain('Caching');
  });
});
