import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { huntMutant } from './hunt-mutant.ts';
import { mutants } from './mutants.ts';

const seeds = 300;
const table = join(import.meta.dirname, '../../../../../docs/reference/mutants.md');

describe.concurrent(
  'the simulation notices that a defence is missing',
  { timeout: 240_000 },
  () => {
    it.for(mutants.filter(({ equivalent }) => equivalent === undefined))(
      '$name',
      async (mutant, { signal }) => {
        const { named, failures } = await huntMutant(mutant, { seeds, signal });
        expect(named.length + failures.length).toBeGreaterThan(0);
      },
    );

    it('and nothing else: the library itself passes the same hunt', async ({ signal }) => {
      const none = { name: 'none', patches: [] };
      const { named, failures } = await huntMutant(none, { seeds, signal });
      expect({ named, failures }).toEqual({ named: [], failures: [] });
    });
  },
);

describe('the table of mutants in the documentation', () => {
  it('has a row for each, in order', () => {
    const rows = readFileSync(table, 'utf8').match(/^\| \*\*(.+?)\*\*/gm) ?? [];
    expect(rows).toEqual(mutants.map(({ name }) => `| **${name}**`));
  });
});
