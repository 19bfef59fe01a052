/** `npm start`: the marketplace, from a fresh clone to a served page. */
import { launch } from './launch.mjs';

await launch('apps/marketplace/dist/main.js');
