import { apicache } from './apicache.ts';
import { constant } from './constant.ts';
import type { DoorContender } from './door.ts';
import { fastifyCaching } from './fastify-caching.ts';
import { keepfresh } from './keepfresh.ts';

/** Everybody who answers for a route. */
export const doors: readonly DoorContender[] = [keepfresh, apicache, fastifyCaching, constant];
