import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markdownFiles, root, textOf } from './markdown.ts';

/** The text without code, in which brackets are no links. */
function prose(file: string): string {
  return textOf(file)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** Where the links of a page lead, those to other sites left out. */
function linksOf(file: string): string[] {
  const inline = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)];
  return inline
    .map(([, target]) => target!)
    .filter((target) => !/^(?:https?|mailto):/.test(target));
}

/** The anchors that the headings of a page make, as GitHub builds them. */
function anchorsOf(file: string): string[] {
  const text = textOf(file).replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** What is wrong with a link, in words; undefined for a good one. */
function wrongWith(file: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(root, target))) return `${file}: ${link} leads nowhere`;
  if (anchor === undefined || anchorsOf(target).includes(anchor)) return undefined;
  return `${file}: ${target} has no heading #${anchor}`;
}

const files = markdownFiles();

describe('the links of the documentation', () => {
  it('finds the pages', () => {
    expect(files).toContain('README.md');
    expect(files).toContain(join('docs', 'reference', 'errors.md'));
  });

  it('lead to files and headings that exist', () => {
    const wrong = files.flatMap((file) => linksOf(file).map((link) => wrongWith(file, link)));
    expect(wrong.filter((sentence) => sentence !== undefined)).toEqual([]);
  });

  it('reach every page of the documentation from the README', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file) || !existsSync(join(root, file))) return;
      seen.add(file);
      for (const link of linksOf(file)) {
        const path = link.split('#')[0]!;
        if (path.endsWith('.md')) visit(normalize(join(dirname(file), path)));
      }
    };
    visit('README.md');
    expect(files.filter((file) => file.startsWith('docs') && !seen.has(file))).toEqual([]);
  });

  it('are judged: a missing file and a missing heading are told', () => {
    expect(wrongWith('README.md', 'docs/nowhere.md')).toContain('leads nowhere');
    expect(wrongWith('README.md', 'docs/reference/errors.md#nothing')).toContain('no heading');
    expect(wrongWith('README.md', 'docs/reference/errors.md#errors')).toBeUndefined();
  });
});
