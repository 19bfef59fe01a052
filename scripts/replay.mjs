/** `npm run replay`: real shop traffic against the marketplace, with and without the cache. */
import { launch } from './launch.mjs';

await launch('apps/marketplace/dist/replay/main.js');
