import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { FrequencySketch } from './frequency-sketch.ts';

const random = new SeededRandom('sketch');
const hashes = Array.from({ length: 5_000 }, () => Math.floor(random.fraction() * 2 ** 32) | 0);

function sketchOf(entries: number): FrequencySketch {
  const sketch = new FrequencySketch();
  sketch.ensure(entries);
  return sketch;
}

describe('FrequencySketch', () => {
  it('counts nothing before it has a table', () => {
    const sketch = new FrequencySketch();
    sketch.increment(1);
    expect(sketch.estimate(1)).toBe(0);
  });

  it('counts up to 15, in each row and place', () => {
    const sketch = sketchOf(64);
    for (const hash of hashes.slice(0, 200)) {
      sketch.clear();
      for (let count = 1; count <= 20; count++) {
        sketch.increment(hash);
        expect(sketch.estimate(hash)).toBe(Math.min(15, count));
      }
    }
  });

  it('never says less than was counted, and seldom more', () => {
    const sketch = sketchOf(5_000);
    const counts = hashes.map((_, index) => 1 + (index % 4));
    for (const [index, hash] of hashes.entries()) {
      for (let count = 0; count < counts[index]!; count++) sketch.increment(hash);
    }
    const errors = hashes.map((hash, index) => sketch.estimate(hash) - counts[index]!);
    expect(Math.min(...errors)).toBe(0);
    expect(errors.filter((error) => error > 0).length / errors.length).toBeLessThan(0.15);
  });

  it('hardly ever counts for keys that were not seen', () => {
    const sketch = sketchOf(5_000);
    for (const hash of hashes.slice(0, 2_500)) sketch.increment(hash);
    const wrong = hashes.slice(2_500).filter((hash) => sketch.estimate(hash) > 0);
    expect(wrong.length / 2_500).toBeLessThan(0.05);
  });

  it('forgets half when many increments have come', () => {
    const sketch = sketchOf(64);
    for (let count = 0; count < 8; count++) sketch.increment(hashes[0]!);
    const before = sketch.estimate(hashes[0]!);
    for (let count = 0; count < 800; count++) sketch.increment(hashes[count % 200]!);
    for (let count = 0; count < 2_000; count++) sketch.increment(hashes[1 + (count % 100)]!);
    expect(before).toBe(8);
    expect(sketch.estimate(hashes[0]!)).toBeLessThan(8);
  });

  it('keeps its counts when it is large enough already', () => {
    const sketch = sketchOf(64);
    sketch.increment(5);
    sketch.ensure(64);
    expect(sketch.estimate(5)).toBe(1);
  });
});
