import { currentLoad } from '../../src/core/index.ts';
import type { Decorators } from '../../src/decorators/index.ts';

/** A product as the services of the test know it. */
export interface Product {
  readonly id: number;
  readonly run: number;
  readonly from: string;
}

/** The same class for both kinds of decorators: nothing in it is of one kind only. */
export function productsWith({ Cacheable, CacheEvict, CacheWriteThrough }: Decorators) {
  class Base {
    readonly from: string = 'base';
    runs = 0;

    @Cacheable({
      key: 'product:{0}',
      ttl: '1m',
      tags: (_product: Product, _id: number, vendor = 0) => [`vendor:${vendor}`, 'products'],
    })
    async find(id: number, vendor = 0): Promise<Product> {
      void vendor;
      return { id, run: ++this.runs, from: this.from };
    }

    @Cacheable({ key: (order: { id: number }) => `order:${order.id}` })
    async order(order: { id: number }): Promise<number> {
      return order.id + ++this.runs;
    }

    @Cacheable({ key: 'priced:{0}', when: (id: number) => id > 0, ttl: '1h' })
    async priced(id: number): Promise<string> {
      const load = currentLoad();
      await Promise.resolve();
      load.addTags(`price:${id % 2}`);
      load.setTtl('1m');
      return `${load.key} ${++this.runs}`;
    }

    @Cacheable({ key: 'order:{0.id}:{0.part}', tags: ['order:{0.id}'] })
    async part(order: { id: number; part: string }): Promise<string> {
      return `${order.part} ${++this.runs}`;
    }

    @Cacheable({ name: 'search' })
    async search(filter: object, page?: number): Promise<string> {
      return `${JSON.stringify(filter)} ${page} ${++this.runs}`;
    }

    @Cacheable({
      key: 'maybe:{0}',
      when: (id: number) => id > 0,
      unless: (result: string) => result.startsWith('none'),
    })
    async maybe(id: number): Promise<string> {
      return `${id % 2 === 0 ? 'none' : 'some'} ${++this.runs}`;
    }

    @Cacheable({ key: 'fails:{0}' })
    async fails(id: number): Promise<never> {
      throw new Error(`no ${id}`);
    }

    @Cacheable({ key: 'generic:{0}' })
    async generic<T extends string>(value: T): Promise<T> {
      this.runs++;
      return value;
    }

    overloaded(id: number): Promise<'number'>;
    overloaded(id: string): Promise<'string'>;
    @Cacheable({ key: 'overloaded:{0}' })
    async overloaded(id: number | string): Promise<string> {
      return typeof id;
    }

    @CacheEvict({ keys: 'product:{0}' })
    async change(id: number): Promise<number> {
      return id;
    }

    @CacheEvict({
      tags: (_id: number, vendor: number) => `vendor:${vendor}`,
      at: 'after',
      strict: true,
    })
    async changeVendor(id: number, vendor: number): Promise<void> {
      if (id < 0) throw new Error('refused');
      void vendor;
    }

    @CacheEvict({ patterns: 'order:{0}:*', at: 'before' })
    async changeOrder(id: number): Promise<void> {
      void id;
    }

    @CacheEvict({ allEntries: true })
    async forgetAll(): Promise<void> {}

    @CacheWriteThrough({
      key: 'product:{0}',
      tags: ['products'],
      version: (saved: Product) => saved.run,
    })
    async save(id: number, run: number): Promise<Product> {
      return { id, run, from: 'saved' };
    }

    @CacheEvict({ keys: 'list' })
    @Cacheable({ key: 'both:{0}' })
    async both(id: number): Promise<number> {
      return id + ++this.runs;
    }

    @Cacheable({
      key: 'refusing',
      when: () => {
        throw new Error('no answer');
      },
    })
    async refusing(): Promise<void> {}

    @Cacheable({ key: 'wrong-option', profile: 'nowhere' })
    async wrongOption(): Promise<void> {}

    @Cacheable({ key: 'static:{0}' })
    static async make(id: number): Promise<string> {
      return `${this.name} ${id}`;
    }
  }

  class Derived extends Base {
    override readonly from = 'derived';

    override async find(id: number, vendor?: number): Promise<Product> {
      return super.find(id, vendor);
    }
  }

  class Overriding extends Base {
    override readonly from = 'overriding';

    @Cacheable({ key: 'product:{0}' })
    override async find(id: number, vendor?: number): Promise<Product> {
      await Promise.resolve();
      return { ...(await super.find(id, vendor)), from: 'both' };
    }

    @Cacheable({ key: 'longer:{0}' })
    override async generic<T extends string>(value: T): Promise<T> {
      return super.generic(value);
    }
  }

  class Wrong {
    // @ts-expect-error a key function of another parameter
    @Cacheable({ key: (id: string) => id })
    async find(id: number): Promise<number> {
      return id;
    }

    // @ts-expect-error a method that returns no promise
    @Cacheable({ key: 'sync:{0}' })
    sync(id: number): number {
      return id;
    }

    // @ts-expect-error a method that returns no promise
    @Cacheable({ key: 'failing:{0}', when: (id: number) => id > 0 })
    failing(_id: number): number {
      throw new Error('at once');
    }

    // @ts-expect-error a method that returns no promise
    @CacheEvict({ keys: 'sync:{0}', at: 'after' })
    change(id: number): number {
      return id;
    }

    // @ts-expect-error a method that returns no promise
    @CacheWriteThrough({ key: 'sync:{0}' })
    save(id: number): number {
      return id;
    }
  }
  return { Base, Derived, Overriding, Wrong };
}
