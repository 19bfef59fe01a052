import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { showProgress } from './progress.ts';

/** A terminal or a file, with all that was written to it. */
function output(isTTY: boolean) {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream,
    text: () => text,
  };
}

test('writes a plain line at every tenth where there is no terminal', () => {
  const { stream, text } = output(false);
  const progress = showProgress('web12, cache off', 4_000, stream);
  for (let done = 1; done <= 4_000; done++) progress.update(done);
  progress.stop();
  const lines = text().trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('web12, cache off: 10 %, 400 of 4,000');
  expect(lines[9]).toBe('web12, cache off: 100 %, 4,000 of 4,000');
});

test('draws a bar on a terminal', () => {
  const { stream, text } = output(true);
  const progress = showProgress('web12, cache on', 4_000, stream);
  progress.update(1_000);
  progress.stop();
  expect(text()).toContain('web12, cache on [');
  expect(text()).toContain('of 4,000');
});
