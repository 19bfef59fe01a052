import { before, instead, type Mutant, mutant, without } from '../mutant.ts';

const coherence = 'src/core/engine/coherence/coherence.ts';
const entryChain = 'src/memory/remote/entry-chain.ts';
const logServer = 'src/memory/remote/log-server.ts';
const memoryLog = 'src/memory/remote/memory-log.ts';
const linkedRemote = 'test/simulation/linked-remote.ts';

/** Notices that the log has lost what the member applied. */
const isCut = 'meta === undefined || speaker.applied > meta.last';

/** The order of the log: its positions, its chain, its epochs, its members, and what each has applied of it. */
export const logMutants: readonly Mutant[] = [
  mutant(
    'empty read renews trust',
    'a log that has nothing for a member vouches for what it knows, whatever the log holds',
    instead(logServer, isCut, 'meta === undefined'),
    without(
      memoryLog,
      `    if (followed.fit === 'lost') {
      return this.#boot(this.#server.startEpoch(member, now), member, now);
    }
`,
    ),
  ),
  mutant(
    'beat on a replica',
    'a server that may not write answers beats',
    instead(
      linkedRemote,
      `        write(async (log) => {
          const beat = await log.beat(member);`,
      `        control.call(async () => {
          const beat = await master().beat(member);`,
    ),
  ),
  mutant(
    'partial read renews trust',
    'a beat that did not bring all entries is trusted',
    instead(
      coherence,
      'const complete = this.#apply(beat.entries) && this.#applied >= beat.end;',
      'const complete = this.#apply(beat.entries);',
    ),
  ),
  mutant(
    'tables reloaded after a cut',
    'a process whose log lost history goes on from what is left of it, in the same epoch',
    instead(logServer, isCut, 'meta === undefined'),
    instead(
      memoryLog,
      `      return this.#boot(this.#server.startEpoch(member, now), member, now);
    }
    if (`,
      `      return this.#boot(meta, member, now);
    }
    if (`,
    ),
  ),
  mutant(
    'S = newest known',
    'a value carries the newest position that its process has heard of',
    instead(
      coherence,
      'return { epoch: this.#epoch, position: this.#applied };',
      'return { epoch: this.#epoch, position: Math.max(this.#applied, this.#heard) };',
    ),
    before(coherence, '/** The newest own', '#heard = 0;\n  '),
    before(coherence, 'this.table.raiseFloor(beat.floor);', 'this.#heard = beat.end;\n    '),
    before(
      coherence,
      'this.table.raiseFloor(appended.floor);',
      'this.#heard = appended.position;\n    ',
    ),
  ),
  mutant(
    'applied jumps to the ack',
    'what came before an own invalidation counts as applied with it',
    instead(
      coherence,
      'const continued = follows && this.#apply(appended.missed);',
      'const continued = follows || !follows;',
    ),
  ),
  mutant(
    'boot read before membership',
    'a process that starts is listed as a member from its second beat',
    instead(
      memoryLog,
      'meta.members.heard(member, boot === undefined ? member.applied : 0, now);',
      'if (boot === undefined) meta.members.heard(member, member.applied, now);',
    ),
  ),
  mutant(
    'unknown entry skipped',
    'an invalidation of a kind that is not known is ignored',
    instead(entryChain, "? ban : { kind: 'clear' };", "? ban : { kind: 'acknowledge' };"),
  ),
  mutant(
    'older answer started from',
    'a process starts afresh from an answer that is older than its own invalidation',
    without(
      coherence,
      'if (beat.boot !== undefined && this.#isOutdated(beat)) return this.#beats.soon();',
    ),
  ),
  mutant(
    'no time to settle',
    'a process trusts a new log server at once',
    instead(coherence, 'else if (beat.settlingMs <= 0) {', 'else {'),
  ),
  mutant(
    'survivors have H',
    'whoever remembers more than a new log server is waited for no longer than H',
    without(logServer, ' && meta.members.haveAllSpoken'),
  ),
];
