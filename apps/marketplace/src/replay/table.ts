/** What was measured with caching off and on, ready to be shown. */
export interface Table {
  readonly title: string;
  /** One line under the title. */
  readonly note: string;
  /** The headings of the columns; the first is that of the labels. */
  readonly columns: readonly [string, string, string];
  readonly rows: readonly (readonly [label: string, off: string, on: string])[];
}

/** The table for a terminal: labels to the left, figures to the right. */
export function tableAsText({ title, note, columns, rows }: Table): string {
  const lines = pad([columns, ...rows]);
  const rule = '─'.repeat(lines[0]!.length);
  return [title, note, rule, lines[0], rule, ...lines.slice(1), rule].join('\n');
}

/** The table in GitHub's Markdown, aligned as oxfmt would. */
export function tableAsMarkdown({ title, note, columns, rows }: Table): string {
  const lines = pad([columns, ...rows], ' | ').map((line) => `| ${line} |`);
  const rule = widths([columns, ...rows]).map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [`**${title}** ${note}`, '', lines[0], `| ${rule.join(' | ')} |`, ...lines.slice(1)].join(
    '\n',
  );
}

type Line = readonly [string, string, string];

function widths(lines: readonly Line[]): number[] {
  return [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
}

function pad(lines: readonly Line[], between = '   '): string[] {
  const [label = 0, off = 0, on = 0] = widths(lines);
  return lines.map((line) =>
    [line[0].padEnd(label), line[1].padStart(off), line[2].padStart(on)].join(between),
  );
}
