import { Module } from '@nestjs/common';
import { Connections } from '../platform/connections.ts';
import { cachedCatalog } from './catalog.cache.ts';
import { CatalogChanges } from './catalog.changes.ts';
import { CatalogController } from './catalog.controller.ts';
import { CatalogQueries } from './catalog.queries.ts';
import { CatalogService } from './catalog.service.ts';
import { ProductsController } from './products.controller.ts';

/** Products and the ways to them. */
@Module({
  controllers: [ProductsController, CatalogController],
  providers: [
    {
      provide: CatalogService,
      inject: [Connections],
      useFactory: ({ database: { db }, cache }: Connections) =>
        new CatalogService(cachedCatalog(new CatalogQueries(db), cache), new CatalogChanges(db)),
    },
  ],
  exports: [CatalogService],
})
export class CatalogModule {}
