import { Presets, SingleBar } from 'cli-progress';
import { count } from './quantities.ts';

/** Shows how far a long piece of work has come. */
export interface Progress {
  /** Says how much of the work is done. */
  update(done: number): void;
  /** Ends the showing. Called once, also when the work failed. */
  stop(): void;
}

/** A bar on a terminal, a plain line at every tenth of the way elsewhere. */
export function showProgress(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? showBar(label, total, stream) : showLines(label, total, stream);
}

function showBar(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const format = `${label} [{bar}] {percentage} %, {value} of {total}, {eta_formatted} left`;
  const formatValue = (value: number, _: unknown, type: string): string =>
    type === 'value' || type === 'total' ? count(value) : String(value);
  const look = { format, formatValue, stream, hideCursor: true, clearOnComplete: true };
  const bar = new SingleBar({ ...look, gracefulExit: false }, Presets.shades_grey);
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}

function showLines(label: string, total: number, stream: NodeJS.WritableStream): Progress {
  let tenths = 0;
  return {
    update(done) {
      const reached = Math.floor((done / total) * 10);
      if (reached <= tenths) return;
      tenths = reached;
      stream.write(`${label}: ${reached * 10} %, ${count(done)} of ${count(total)}\n`);
    },
    stop() {},
  };
}
