import type { Unit } from '../questions/question.ts';
import type { Answer, Result, Row } from './result.ts';

/** Where the plots are, seen from the page. */
export const plotFolder = 'plots';

/** A result as Markdown: its title, what was done, the table, and where it was measured. */
export function toMarkdown(result: Result): string {
  const columns = Object.keys(result.columns);
  const rows = result.rows.map((row) => [nameOf(row), ...cellsOf(row, result)]);
  const cells = [['', ...columns], ...rows];
  // The longer side goes down the page.
  const [head, ...body] = columns.length > rows.length ? transposed(cells) : cells;
  const table = [head!, head!.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`);
  const notes = result.rows.filter(({ note }) => note !== undefined);
  const legend = notes.map(({ contender, note }) => `- ${contender}: ${note}.`);
  const plots = (result.plots ?? []).map(
    ({ name, title }) => `![${title}](${plotFolder}/${name}.svg)`,
  );
  const parts = [
    `## ${result.title}`,
    result.note,
    table.join('\n'),
    legend.join('\n'),
    plots.join('\n\n'),
    whence(result),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function transposed(cells: readonly (readonly string[])[]): string[][] {
  return cells[0]!.map((_, column) => cells.map((row) => row[column]!));
}

function nameOf({ contender, version }: Row): string {
  return `${contender} ${version}`.trimEnd();
}

function cellsOf(row: Row, result: Result): string[] {
  const columns = Object.entries(result.columns);
  if (row.problem !== undefined) return [row.problem, ...columns.slice(1).map(() => '')];
  const floor = result.rows.find(({ contender }) => contender === result.floor);
  return columns.map(([column, unit]) => {
    const answer = row.answers[column];
    if (answer === undefined) return '–';
    return show(answer, unit) + ratio(answer, row === floor ? undefined : floor?.answers[column]);
  });
}

function show({ value }: Answer, unit: Unit): string {
  if (typeof value === 'string' || unit === 'text') return String(value);
  if (unit === 'count' || unit === 'per second') return Math.round(value).toLocaleString('en-US');
  if (unit === 'percent') return value.toFixed(1);
  if (unit === 'bytes') return `${Math.round(value)} B`;
  const digits = value >= 100 || value === 0 ? 0 : value >= 10 ? 1 : 2;
  const shown = value.toFixed(digits);
  return unit === 'decimal' ? shown : `${shown} ${unit}`;
}

function ratio(answer: Answer, floor: Answer | undefined): string {
  if (typeof answer.value !== 'number' || typeof floor?.value !== 'number') return '';
  return ` (${(answer.value / floor.value).toFixed(2)} ×)`;
}

function whence({ date, machine, rounds }: Result): string {
  return `Measured ${date} on ${machine}${rounds > 1 ? `; medians of ${rounds} rounds in turns` : ''}.`;
}
