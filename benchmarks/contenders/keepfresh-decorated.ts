import { createDecorators } from 'keepfresh/decorators';
import type { Contender } from './contender.ts';
import { openKeepfresh } from './keepfresh.ts';

type Key = string | ((key: string) => string);

export const keepfreshDecorated: Contender = decorated(
  'keepfresh, @Cacheable with a function',
  (key) => key,
);

export const keepfreshTemplate: Contender = decorated(
  'keepfresh, @Cacheable with a template',
  '{0}',
);

function decorated(name: string, key: Key): Contender {
  return {
    name,
    package: 'keepfresh',
    async open(options) {
      const opened = await openKeepfresh(options, {});
      class Products {
        find(_key: string, load: () => Promise<unknown>): Promise<unknown> {
          return load();
        }
      }
      // What the syntax comes to, which Node.js does not read itself.
      const find = Object.getOwnPropertyDescriptor(Products.prototype, 'find')!;
      const decorator = createDecorators(opened.cache).Cacheable({ key }) as unknown as (
        ...args: readonly unknown[]
      ) => PropertyDescriptor;
      Object.defineProperty(
        Products.prototype,
        'find',
        decorator(Products.prototype, 'find', find),
      );
      const products = new Products();
      return { ...opened, read: (name, load) => products.find(name, load) as never };
    },
  };
}
