import { expect, test } from 'vitest';
import { readOptions, usage, WrongOption } from './options.ts';

test('replays both traces whole, sixteen requests at a time, unless told otherwise', () => {
  expect(readOptions([])).toEqual({
    traces: ['web12', 'web07'],
    requests: Infinity,
    concurrency: 16,
    markdown: undefined,
    help: false,
  });
});

test('takes what it is told', () => {
  const args = ['--trace', 'web07', '--requests', '500', '--concurrency=4', '--markdown', 'a.md'];
  expect(readOptions(args)).toEqual({
    traces: ['web07'],
    requests: 500,
    concurrency: 4,
    markdown: 'a.md',
    help: false,
  });
});

test.each([
  [['--trace', 'web99'], '--trace is "web99", but must be web12, web07 or both.'],
  [['--requests', '0'], '--requests is "0", but must be a whole number from 1 to 1,000,000.'],
  [['--requests', '1e3'], '--requests is "1e3", but must be a whole number from 1 to 1,000,000.'],
  [['--requests', ''], '--requests is "", but must be a whole number from 1 to 1,000,000.'],
  [['--concurrency', '257'], '--concurrency is "257", but must be a whole number from 1 to 256.'],
])('refuses %j in one sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(new WrongOption(sentence));
});

test.each([[['--request', '5']], [['web07']], [['--markdown']], [['--help=no']]])(
  'refuses %j and names the options there are',
  (args) => {
    expect(() => readOptions(args)).toThrow(
      /^[^.]+; allowed are --trace, --requests, --concurrency, --markdown and --help\.$/,
    );
  },
);

test('explains every option it takes', () => {
  for (const option of ['trace', 'requests', 'concurrency', 'markdown', 'help']) {
    expect(usage).toContain(`--${option}`);
  }
});
