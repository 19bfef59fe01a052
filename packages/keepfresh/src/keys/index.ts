export { apiKey, type ApiRequest } from './api-key.ts';
export { filterKey } from './filter-key.ts';
export { keysUnder } from './keys-under.ts';
export { tenantKey, userKey } from './owner-key.ts';
