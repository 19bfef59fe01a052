import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Flight, readAgain } from './flight.ts';
import type { Outcome } from '../reads/outcome.ts';

const outcome: Outcome = { sealed: 'value', level: 'load', stale: false };

function flightOf(options: { background?: boolean; onAbandoned?: (flight: Flight) => void } = {}) {
  const { background = false, onAbandoned = () => {} } = options;
  return new Flight({ key: 'k', background, seq: 0, startedAt: 0, onAbandoned });
}

describe('Flight', () => {
  it('answers all its callers with one outcome', async () => {
    const flight = flightOf();
    const answers = [flight.join(0, undefined), flight.join(0, undefined)];
    expect(flight.callers).toBe(2);
    flight.land(outcome, () => true);
    expect(await Promise.all(answers)).toEqual([outcome, outcome]);
    expect([flight.callers, flight.signal.aborted]).toEqual([0, false]);
  });

  it('tells those to read again whom the value is not for, by when they came', async () => {
    const flight = flightOf();
    const answers = [3, 4, 5].map((seq) => flight.join(seq, undefined));
    flight.land(outcome, (seq) => seq <= 4);
    expect(await Promise.all(answers)).toEqual([outcome, outcome, readAgain]);
  });

  it('fails for all its callers', async () => {
    const flight = flightOf();
    const answers = [flight.join(0, undefined), flight.join(0, new AbortController().signal)];
    const error = new Error('no');
    const rejected = answers.map((answer) => expect(answer).rejects.toBe(error));
    flight.fail(error);
    await Promise.all(rejected);
    expect(flight.signal.aborted).toBe(false);
  });

  it('fails only for those who take nothing instead', async () => {
    const flight = flightOf();
    const error = new Error('no');
    const rejected = expect(flight.join(0, undefined, true)).rejects.toBe(error);
    const answered = flight.join(0, undefined);
    expect(flight.fail(error, outcome)).toBe(true);
    await rejected;
    expect(await answered).toBe(outcome);
    expect(flightOf().fail(error, outcome)).toBe(true);
    expect(flightOf().fail(error)).toBe(false);
  });

  it('is for whoever leads it, whatever was invalidated since', async () => {
    const flight = flightOf();
    const answers = [flight.lead(undefined), flight.join(9, undefined)];
    flight.land(outcome, (seq) => seq <= 4);
    expect(await Promise.all(answers)).toEqual([outcome, readAgain]);
  });

  it('goes on for the others when one leaves', async () => {
    const flight = flightOf();
    const controller = new AbortController();
    const left = expect(flight.join(0, controller.signal)).rejects.toBe('bored');
    const stayed = flight.join(0, undefined);
    controller.abort('bored');
    await left;
    expect([flight.callers, flight.signal.aborted]).toEqual([1, false]);
    flight.land(outcome, () => true);
    expect(await stayed).toBe(outcome);
  });

  it('is out of the map before it is aborted when the last caller leaves', async () => {
    const seen: boolean[] = [];
    const flight = flightOf({ onAbandoned: (abandoned) => seen.push(abandoned.signal.aborted) });
    const controllers = [new AbortController(), new AbortController()];
    const left = controllers.map(({ signal }) =>
      expect(flight.join(0, signal)).rejects.toBe('gone'),
    );
    for (const controller of controllers) controller.abort('gone');
    await Promise.all(left);
    expect(seen).toEqual([false]);
    expect([flight.signal.aborted, flight.signal.reason]).toEqual([true, 'gone']);
  });

  it('goes on without callers when nobody had to wait for it', async () => {
    const flight = flightOf({ background: true });
    const controller = new AbortController();
    const left = expect(flight.join(0, controller.signal)).rejects.toBe('gone');
    controller.abort('gone');
    await left;
    expect([flight.callers, flight.signal.aborted]).toEqual([0, false]);
  });

  it('does not keep who has gone already', async () => {
    const abandoned: Flight[] = [];
    const flight = flightOf({ onAbandoned: (one) => abandoned.push(one) });
    const gone = AbortSignal.abort('gone');
    await expect(flight.join(0, gone)).rejects.toBe('gone');
    expect([flight.callers, flight.signal.aborted, abandoned]).toEqual([0, true, [flight]]);

    const other = flightOf();
    const stayed = other.join(0, undefined);
    await expect(other.join(0, gone)).rejects.toBe('gone');
    expect([other.callers, other.signal.aborted]).toEqual([1, false]);
    other.land(outcome, () => true);
    await stayed;
  });

  it('is abandoned once, by whoever leaves last before it lands', async () => {
    let abandoned = 0;
    const flight = flightOf({ onAbandoned: () => abandoned++ });
    const controller = new AbortController();
    const answer = flight.join(0, controller.signal);
    flight.land(outcome, () => true);
    controller.abort('too late');
    expect(await answer).toBe(outcome);
    expect([abandoned, flight.signal.aborted]).toEqual([0, false]);
  });

  it('leaves no listener at the signals of its callers', async () => {
    const { signal } = new AbortController();
    const flight = flightOf();
    const answers = [flight.join(0, signal), flight.join(9, signal)];
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    flight.land(outcome, (seq) => seq === 0);
    await Promise.all(answers);
    const failing = flight.join(0, signal);
    const failed = expect(failing).rejects.toThrow('no');
    flight.fail(new Error('no'));
    await failed;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends for everybody when it is cancelled', async () => {
    const flight = flightOf({ background: true });
    const reason = new Error('closed');
    const answer = expect(flight.join(0, undefined)).rejects.toBe(reason);
    flight.cancel(reason);
    await answer;
    expect(flight.signal.reason).toBe(reason);
  });
});
