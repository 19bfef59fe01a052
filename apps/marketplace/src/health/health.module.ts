import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.ts';

/** Liveness and readiness. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
