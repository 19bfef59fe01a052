import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.ts';
import { CatalogService } from '../catalog/catalog.service.ts';
import { Connections } from '../platform/connections.ts';
import { InventoryController } from './inventory.controller.ts';
import { InventoryQueries } from './inventory.queries.ts';
import { InventoryService } from './inventory.service.ts';

/** How many of everything there are, and sales. */
@Module({
  imports: [CatalogModule],
  controllers: [InventoryController],
  providers: [
    {
      provide: InventoryService,
      inject: [Connections, CatalogService],
      useFactory: ({ database }: Connections, catalog: CatalogService) =>
        new InventoryService(new InventoryQueries(database.db), catalog),
    },
  ],
})
export class InventoryModule {}
