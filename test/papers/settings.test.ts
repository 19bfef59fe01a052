import { describe, expect, it } from 'vitest';
import { readConfig } from '../../apps/marketplace/src/config.ts';
import { codeIn, tableRows, textOf } from './markdown.ts';

const rows = tableRows(textOf('apps/marketplace/README.md')).map(([name, standard]) => ({
  name: codeIn(name)!,
  standard: codeIn(standard),
}));

/** The variables that the one reader of the environment knows. */
function variables(): string[] {
  const source = textOf('apps/marketplace/src/config.ts');
  const [, body = ''] = /^const environment = z\.object\(\{\n([\s\S]*?)^\}\);$/m.exec(source) ?? [];
  return [...body.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name!);
}

describe('the settings of the marketplace', () => {
  it('are all documented', () => {
    expect(rows.map(({ name }) => name)).toEqual(variables());
    expect(rows.length).toBeGreaterThan(5);
  });

  it.each(rows)('have the default that is documented: $name', ({ name, standard }) => {
    const given = standard === undefined ? {} : { [name]: standard };
    expect(readConfig(given)).toEqual(readConfig({}));
  });
});
