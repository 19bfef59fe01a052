import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markdownFiles, root, textOf } from './markdown.ts';

/**
 * Code in the documentation is copied from programs in `docs/examples`, which the tests compile and run:
 * `<!-- getting-started.ts#wrap -->` before a block of TypeScript names the program and the region.
 * After a change of a program, `vitest run -u` writes the new text into the pages.
 */
const included = /<!-- ([\w.-]+)#([\w-]+) -->\n+```ts\n[\s\S]*?^```$/gm;

/** Pages whose blocks are signatures and fragments rather than programs. */
const exempt = new Set([join('docs', 'reference', 'errors.md')]);

const pages = markdownFiles().filter((file) => textOf(file).includes('\n```ts\n'));

/** The lines between `// #region name` and its `// #endregion`. */
function region(program: string, name: string): string {
  const source = textOf(join('docs', 'examples', program));
  const [, body] =
    new RegExp(`^// #region ${name}\\n([\\s\\S]*?)^// #endregion$`, 'm').exec(source) ?? [];
  if (body === undefined) throw new Error(`docs/examples/${program} has no region ${name}`);
  return body.trim();
}

function withCode(text: string): string {
  return text.replace(included, (_block, program: string, name: string) =>
    [`<!-- ${program}#${name} -->`, '', '```ts', region(program, name), '```'].join('\n'),
  );
}

describe('the code in the documentation', () => {
  it.each(pages)('is the code of the programs: %s', async (page) => {
    await expect(withCode(textOf(page))).toMatchFileSnapshot(join(root, page));
  });

  it.each(pages.filter((page) => !exempt.has(page)))('is all of programs: %s', (page) => {
    const rest = textOf(page).replace(included, '');
    expect(rest.match(/^```ts\n[\s\S]*?^```$/gm) ?? []).toEqual([]);
  });

  it('names a region that is missing', () => {
    expect(() => region('keys.ts', 'nowhere')).toThrow('has no region nowhere');
  });
});
