import { describe, expect, it } from 'vitest';
import { Emitter } from './emitter.ts';

function emitterOf(): { emitter: Emitter; errors: string[] } {
  const errors: string[] = [];
  const logger = { warn: () => {}, error: (message: string) => void errors.push(message) };
  return { emitter: new Emitter(logger), errors };
}

const written = { key: 'k' };

describe('Emitter', () => {
  it('tells every listener of an event, in the order they came, and nobody else', () => {
    const { emitter } = emitterOf();
    const heard: unknown[] = [];
    emitter.on('written', (event) => heard.push(['first', event]));
    emitter.on('written', (event) => heard.push(['second', event]));
    emitter.on('evicted', (event) => heard.push(['other', event]));
    emitter.emit('written', written);
    expect(heard).toEqual([
      ['first', written],
      ['second', written],
    ]);
  });

  it('knows whether anybody listens', () => {
    const { emitter } = emitterOf();
    expect(emitter.heard.hit).toBe(false);
    const ends = [emitter.on('hit', () => {}), emitter.on('hit', () => {})];
    expect(emitter.heard.hit).toBe(true);
    ends[0]?.();
    expect(emitter.heard.hit).toBe(true);
    ends[1]?.();
    expect(emitter.heard.hit).toBe(false);
    expect(() => emitter.emit('written', written)).not.toThrow();
  });

  it('takes one function twice as two listeners, each with an end of its own', () => {
    const { emitter } = emitterOf();
    let calls = 0;
    const listener = (): number => ++calls;
    const [end] = [emitter.on('written', listener), emitter.on('written', listener)];
    emitter.emit('written', written);
    expect(calls).toBe(2);
    end();
    end();
    emitter.emit('written', written);
    expect(calls).toBe(3);
  });

  it('does not end a later listener by an earlier end', () => {
    const { emitter } = emitterOf();
    const end = emitter.on('written', () => {});
    end();
    let calls = 0;
    emitter.on('written', () => calls++);
    end();
    emitter.emit('written', written);
    expect(calls).toBe(1);
  });

  it('reports a listener that throws, and tells the others all the same', () => {
    const { emitter, errors } = emitterOf();
    let calls = 0;
    emitter.on('written', () => {
      throw new Error('broken listener');
    });
    emitter.on('written', () => calls++);
    emitter.emit('written', written);
    expect(calls).toBe(1);
    expect(errors).toEqual(["keepfresh: a listener of 'written' threw: Error: broken listener"]);
  });

  it('reports a listener whose promise rejects', async () => {
    const { emitter, errors } = emitterOf();
    emitter.on('written', () => Promise.reject(new Error('broken later')));
    emitter.on('written', () => Promise.resolve());
    emitter.emit('written', written);
    await new Promise((resolve) => void setImmediate(resolve));
    expect(errors).toEqual(["keepfresh: a listener of 'written' threw: Error: broken later"]);
  });

  it('goes on whatever a listener or the logger throws', () => {
    const { emitter, errors } = emitterOf();
    emitter.on('written', () => {
      throw Object.create(null);
    });
    expect(() => emitter.emit('written', written)).not.toThrow();
    expect(errors).toHaveLength(1);
    errors.push = () => {
      throw new Error('the log is closed');
    };
    expect(() => emitter.emit('written', written)).not.toThrow();
  });

  it('takes listeners that come and go while it tells', () => {
    const { emitter } = emitterOf();
    const heard: string[] = [];
    emitter.on('written', () => {
      heard.push('first');
      endSecond();
      emitter.on('written', () => heard.push('new'));
    });
    const endSecond = emitter.on('written', () => heard.push('second'));
    emitter.emit('written', written);
    expect(heard).not.toContain('new');
    emitter.emit('written', written);
    expect(heard.filter((name) => name === 'new')).toHaveLength(1);
    expect(heard.filter((name) => name === 'second').length).toBeLessThanOrEqual(1);
  });

  it('refuses the hundred-and-first listener of an event, which is a leak', () => {
    const { emitter } = emitterOf();
    const ends = Array.from({ length: 100 }, () => emitter.on('hit', () => {}));
    expect(() => emitter.on('hit', () => {})).toThrow("on('hit') has 100 listeners already");
    expect(() => emitter.on('miss', () => {})).not.toThrow();
    ends[0]?.();
    expect(() => emitter.on('hit', () => {})).not.toThrow();
  });

  it('refuses events that do not exist and listeners that are none', () => {
    const { emitter } = emitterOf();
    for (const name of ['hti', 'toString', '__proto__', 5]) {
      expect(() => emitter.on(name as never, () => {})).toThrow('the event must be one of');
    }
    for (const listener of [undefined, null, {}]) {
      expect(() => emitter.on('hit', listener as never)).toThrow(
        "the listener of 'hit' must be a function",
      );
    }
  });

  it('forgets everybody when it is cleared', () => {
    const { emitter } = emitterOf();
    let calls = 0;
    const end = emitter.on('written', () => calls++);
    emitter.clear();
    end();
    emitter.emit('written', written);
    expect([calls, emitter.heard.written]).toEqual([0, false]);
  });
});
