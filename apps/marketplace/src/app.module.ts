import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogModule } from './catalog/catalog.module.ts';
import { HealthModule } from './health/health.module.ts';
import { InventoryModule } from './inventory/inventory.module.ts';
import type { Connections } from './platform/connections.ts';
import { PlatformModule } from './platform/platform.module.ts';

/** All capabilities of the marketplace. */
@Module({})
export class AppModule {
  static with(connections: Connections, adminToken: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(connections, adminToken),
        CatalogModule,
        InventoryModule,
        HealthModule,
      ],
    };
  }
}
