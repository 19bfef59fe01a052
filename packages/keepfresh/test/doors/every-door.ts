import { expressDoor } from './express-door.ts';
import { fastifyDoor } from './fastify-door.ts';
import { nestDoors } from './nest-door.ts';
import type { Door } from './shop.ts';

/** The same shop on each framework. */
export const everyDoor: readonly Door[] = [expressDoor, fastifyDoor, ...nestDoors];
