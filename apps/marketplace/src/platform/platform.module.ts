import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Connections } from './connections.ts';
import { IndexController } from './index.controller.ts';
import { ProblemsController } from './problems.controller.ts';
import { ADMIN_TOKEN } from './token.guard.ts';

/** What every capability uses. */
@Global()
@Module({})
export class PlatformModule {
  static with(connections: Connections, adminToken: string): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [IndexController, ProblemsController],
      providers: [
        { provide: Connections, useValue: connections },
        { provide: ADMIN_TOKEN, useValue: adminToken },
      ],
      exports: [Connections, ADMIN_TOKEN],
    };
  }
}
