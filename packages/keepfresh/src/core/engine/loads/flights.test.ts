import { describe, expect, it } from 'vitest';
import { Flight } from './flight.ts';
import { Flights } from './flights.ts';

function flightOf(key: string, flights: Flights): Flight {
  const onAbandoned = (flight: Flight): void => flights.remove(flight);
  const flight = new Flight({ key, background: true, seq: 0, startedAt: 0, onAbandoned });
  flights.add(flight);
  return flight;
}

describe('Flights', () => {
  it('are joined in the newest of a key, and counted until each is removed, however often', () => {
    const flights = new Flights();
    const [first, second] = [flightOf('a', flights), flightOf('a', flights)];
    flightOf('b', flights);
    expect([flights.newest('a'), flights.size]).toEqual([second, 3]);
    flights.remove(first);
    flights.remove(first);
    expect([flights.newest('a'), flights.size]).toEqual([second, 2]);
    flights.remove(second);
    expect([flights.newest('a'), flights.size]).toEqual([undefined, 1]);
  });

  it('tell all others of their key, and nobody else, what is kept', () => {
    const flights = new Flights();
    const [first, second] = [flightOf('a', flights), flightOf('a', flights)];
    const others = [flightOf('b', flights), flightOf('b', flights)];
    flights.kept(second, 7);
    expect([first.latestKept, second.latestKept]).toEqual([7, 7]);
    flights.remove(second);
    flights.kept(second, 5);
    expect(first.latestKept).toBe(7);
    for (const other of others) expect(other.latestKept).toBe(Number.NEGATIVE_INFINITY);
  });

  it('end all at once', () => {
    const flights = new Flights();
    const all = ['a', 'a', 'b'].map((key) => flightOf(key, flights));
    flights.cancel(new Error('closed'));
    expect(all.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(flights.size).toBe(0);
  });
});
