import { requestsFor, type Workload } from './workload.ts';
import { Zipf } from './zipf.ts';

const length = 1_000_000;
const popular = 100_000;
const seed = 'keepfresh';

/** Gives the key that the nth request asks for. */
type Draw = (request: number) => number;

/** Requests that nobody made, each with a trait that caches are tested by; the same in every run. */
export const synthetic: readonly Workload[] = [
  zipfWith(0.8),
  zipfWith(1),
  zipfWith(1.2),
  workloadOf(
    'scans',
    'Zipf 1.0, and a table of 20,000 rows read through again and again',
    withScans,
  ),
  workloadOf('loop', '20,000 keys in the same order again and again', () => (n) => n % 20_000),
  workloadOf('drift', 'Zipf 1.0, where every 100 requests a new key takes the lead', drifting),
  workloadOf(
    'one-hit',
    'Zipf 1.0, and every other request for a key that nobody asks for again',
    withOneHitWonders,
  ),
];

function workloadOf(name: string, about: string, open: () => Draw): Workload {
  const requests = () => requestsFor(Array.from({ length }, (_, n) => n).map(open()));
  return { name, about, requests };
}

function zipfWith(skew: number): Workload {
  const about = `${popular.toLocaleString('en-US')} keys by Zipf's law, skew ${skew.toFixed(1)}`;
  return workloadOf(`zipf-${skew.toFixed(1)}`, about, () => {
    const keys = new Zipf(popular, skew, seed);
    return () => keys.draw();
  });
}

/** Of every 50,000 requests the first 20,000 are the scan. */
function withScans(): Draw {
  const keys = new Zipf(popular, 1, seed);
  return (n) => (n % 50_000 < 20_000 ? popular + (n % 50_000) : keys.draw());
}

function drifting(): Draw {
  const keys = new Zipf(popular, 1, seed);
  return (n) => keys.draw() - Math.floor(n / 100);
}

function withOneHitWonders(): Draw {
  const keys = new Zipf(popular, 1, seed);
  return (n) => (n % 2 === 0 ? keys.draw() : popular + n);
}
