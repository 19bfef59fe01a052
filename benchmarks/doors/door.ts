/** A way to answer a route from a cache, where an application would put it. */
export interface DoorContender {
  readonly name: string;
  readonly package?: string;
  readonly note?: string;
  /** Opens an application with the route `/product` on each framework that it is made for; gives where it listens. */
  readonly on: Partial<Record<Framework, () => Promise<string>>>;
}

export const frameworks = ['Express', 'Fastify', 'NestJS'] as const;
export type Framework = (typeof frameworks)[number];

/** What the handler answers each time: 1 KB of JSON, made beforehand. */
export const body: string = JSON.stringify({
  id: 7,
  name: 'A lamp',
  price: 4_500,
  text: 'a lamp for the desk '.repeat(48),
});

export const tenMinutes = 600_000;
