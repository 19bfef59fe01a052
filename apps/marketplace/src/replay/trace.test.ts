import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTrace } from './trace.ts';

describe.each([
  {
    name: 'web07',
    requests: 76_118,
    products: 20_484,
    sha256: '6959eddd318157e012862ba6c87f32d5a878c6c08dddbf999a42d2d378294ab1',
  },
  {
    name: 'web12',
    requests: 95_607,
    products: 13_756,
    sha256: '89f9312922a952ee2d6746b43e39519a90d8649c9d26eeb4f5816beddf288f01',
  },
] as const)('the trace $name', ({ name, requests, products, sha256 }) => {
  test('has the bytes its authors published', async () => {
    const file = new URL(`../../traces/${name}.trace.br`, import.meta.url);
    const bytes = brotliDecompressSync(await readFile(file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  test('asks for as many products as were recorded, each numbered when it is first seen', async () => {
    const trace = await readTrace(name);
    expect(trace.productIds).toHaveLength(requests);
    expect(trace.products).toBe(products);
    expect(new Set(trace.productIds).size).toBe(products);
    expect(Math.min(...new Set(trace.productIds))).toBe(1);
  });
});

test('reads the first requests of a trace only', async () => {
  const trace = await readTrace('web07', 10);
  expect([...trace.productIds]).toEqual([1, 2, 3, 1, 2, 4, 5, 6, 7, 8]);
  expect(trace.products).toBe(8);
});
