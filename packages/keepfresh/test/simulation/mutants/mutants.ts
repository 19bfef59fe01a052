import type { Mutant } from './mutant.ts';

const engine = 'src/core/engine';
const bans = 'src/core/policy/bans';

/** Each defence of the protocol, switched off in turn. */
export const mutants: readonly Mutant[] = [
  {
    name: 'token per client',
    change: 'a process uses one token for all its fills',
    patches: [
      {
        file: `${engine}/store/lease.ts`,
        find: '    const token = options.random.hex(16);',
        replace:
          '    const token = tokens.get(options.random) ?? options.random.hex(16);\n' +
          '    tokens.set(options.random, token);',
      },
      {
        file: `${engine}/store/lease.ts`,
        find: '/** Most values found unusable',
        replace: 'const tokens = new WeakMap<object, string>();\n/** Most values found unusable',
      },
    ],
  },
  {
    name: 'S after the load',
    change: 'a value is dated by the end of its load',
    patches: [
      {
        file: `${engine}/loads/filler.ts`,
        find: '    const kept = this.#keeper.keepLoaded(',
        replace: '    start = this.#loadStart();\n    const kept = this.#keeper.keepLoaded(',
      },
    ],
  },
  {
    name: 'L1 store without re-check',
    change: 'a loaded value is kept whatever was invalidated since its load began',
    patches: [
      {
        file: `${engine}/memory/keeper.ts`,
        find: '    if (view.table.isBannedSince(start.seq, key, tags)) return { sealed, tags, record: undefined };\n',
        replace: '',
      },
      {
        file: `${engine}/memory/keeper.ts`,
        find: 'checkedSeq: start.seq,',
        replace: 'checkedSeq: view.table.seq,',
      },
    ],
  },
  {
    name: 'late joiner served',
    change:
      'whoever waits for a load gets its value, also when it was invalidated before they came',
    patches: [
      {
        file: `${engine}/loads/filler.ts`,
        find: '(seq) => seq <= start.seq || !view.table.isCoveredSince(start.seq, key, tags)',
        replace: '() => true',
      },
    ],
  },
  {
    name: 'NX fill',
    change: 'a fill is stored where there is no value, whoever has the lease',
    patches: [
      {
        file: 'src/memory/remote/memory-store.ts',
        find: `    if (cell?.lease?.token !== record.token) return false;
    this.#store(`,
        replace: `    if (cell?.value !== undefined) return false;
    this.#store(`,
      },
    ],
  },
  {
    name: 'tombstone shorter than the load',
    change: 'an invalidation keeps fills away for 50 ms instead of taking the lease',
    patches: [
      {
        file: 'src/memory/remote/memory-store.ts',
        find: `    if (cell?.lease?.token !== record.token) return false;
    this.#store(`,
        replace: `    if ((tombs.get(this)?.get(key) ?? 0) > this.#clock.now()) return false;
    this.#store(`,
      },
      {
        file: 'src/memory/remote/memory-store.ts',
        find: 'for (const key of keys) this.#wake(key, this.#table.remove(key));',
        replace: `const own = tombs.get(this) ?? new Map<string, number>();
    tombs.set(this, own);
    for (const key of keys) own.set(key, this.#clock.now() + 50);
    for (const key of keys) this.#wake(key, this.#table.remove(key));`,
      },
      {
        file: 'src/memory/remote/memory-store.ts',
        find: 'const longestFailureText = 1_024;',
        replace:
          'const longestFailureText = 1_024;\nconst tombs = new WeakMap<object, Map<string, number>>();',
      },
    ],
  },
  {
    name: 'empty read renews trust',
    change: 'a log that has nothing for a member vouches for what it knows, whatever the log holds',
    patches: [
      {
        file: 'src/memory/remote/log-server.ts',
        find: 'meta === undefined || speaker.applied > meta.last',
        replace: 'meta === undefined',
      },
      {
        file: 'src/memory/remote/memory-log.ts',
        find: `    if (followed.fit === 'lost') {
      return this.#boot(this.#server.startEpoch(member, now), member, now);
    }
`,
        replace: '',
      },
    ],
  },
  {
    name: 'beat on a replica',
    change: 'a server that may not write answers beats',
    patches: [
      {
        file: 'test/simulation/linked-remote.ts',
        find: `        write(async (log) => {
          const beat = await log.beat(member);`,
        replace: `        control.call(async () => {
          const beat = await master().beat(member);`,
      },
    ],
  },
  {
    name: 'partial read renews trust',
    change: 'a beat that did not bring all entries is trusted',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: 'const complete = this.#apply(beat.entries) && this.#applied >= beat.end;',
        replace: 'const complete = this.#apply(beat.entries);',
      },
    ],
  },
  {
    name: 'untrusted L2 hit',
    change: 'a process that has heard nothing for H judges records of the shared store',
    patches: [
      {
        file: `${engine}/reads/fetcher.ts`,
        find: 'return this.#judge.isTrusted() && this.#far.usable;',
        replace: 'return this.#far.usable;',
      },
      {
        file: `${engine}/reads/fetcher.ts`,
        find: "    if (!this.#judge.isTrusted(now)) return 'untrusted';\n",
        replace: '',
      },
    ],
  },
  {
    name: 'untrusted join',
    change: 'a process that has heard nothing for H joins a load however long ago it began',
    patches: [
      {
        file: `${engine}/reads/reader.ts`,
        find: 'return this.#judge.isTrusted() || this.#judge.sawStart(flight.startedAt, caller.startedAt);',
        replace: 'return true;',
      },
    ],
  },
  {
    name: 'late grant used',
    change: 'a lease that is granted after its load began may fill',
    patches: [
      {
        file: `${engine}/store/lease.ts`,
        find: "    if (reply === undefined) return { kind: 'none' };",
        replace: "    if (reply === undefined) return { kind: 'granted', token };",
      },
      {
        file: `${engine}/store/far-store.ts`,
        find: "if (late && answer.outcome === 'granted') void this.release(key, request.token);",
        replace: 'void late; void answer;',
      },
    ],
  },
  {
    name: 'key ban forgotten without floor',
    change: 'a process keeps the newest two bans of keys and forgets the others without a trace',
    patches: [
      {
        file: `${bans}/ban-table.ts`,
        find: 'const { maxKeys = 65_536, maxYoungKeys = 4 * maxKeys } = options;',
        replace: 'const { maxKeys = 2, maxYoungKeys = 2 } = options;',
      },
      {
        file: `${bans}/key-bans.ts`,
        find: '      this.#forgottenSeq = Math.max(this.#forgottenSeq, seq);\n',
        replace: '',
      },
      {
        file: `${bans}/key-bans.ts`,
        find: '      this.#beforeForgetting(key);\n',
        replace: '',
      },
      {
        file: `${bans}/key-bans.ts`,
        find: '      this.#floor = Math.max(this.#floor, position);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'tables reloaded after a cut',
    change: 'a process whose log lost history goes on from what is left of it, in the same epoch',
    patches: [
      {
        file: 'src/memory/remote/log-server.ts',
        find: 'meta === undefined || speaker.applied > meta.last',
        replace: 'meta === undefined',
      },
      {
        file: 'src/memory/remote/memory-log.ts',
        find: `      return this.#boot(this.#server.startEpoch(member, now), member, now);
    }
    if (`,
        replace: `      return this.#boot(meta, member, now);
    }
    if (`,
      },
    ],
  },
  {
    name: 'S = newest known',
    change: 'a value carries the newest position that its process has heard of',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: 'return { epoch: this.#epoch, position: this.#applied };',
        replace: 'return { epoch: this.#epoch, position: Math.max(this.#applied, this.#heard) };',
      },
      {
        file: `${engine}/coherence/coherence.ts`,
        find: "  #nonce = '';\n  /** The newest own",
        replace: "  #nonce = '';\n  #heard = 0;\n  /** The newest own",
      },
      {
        file: `${engine}/coherence/coherence.ts`,
        find: '    this.table.raiseFloor(beat.floor);',
        replace: '    this.#heard = beat.end;\n    this.table.raiseFloor(beat.floor);',
      },
      {
        file: `${engine}/coherence/coherence.ts`,
        find: '    this.table.raiseFloor(appended.floor);',
        replace: '    this.#heard = appended.position;\n    this.table.raiseFloor(appended.floor);',
      },
    ],
  },
  {
    name: 'applied jumps to the ack',
    change: 'what came before an own invalidation counts as applied with it',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: 'const continued = follows && this.#apply(appended.missed);',
        replace: 'const continued = follows || !follows;',
      },
    ],
  },
  {
    name: 'write dated by its end',
    change: 'a value that is written to the source counts as of when the source had it',
    patches: [
      {
        file: `${engine}/writes/write-through.ts`,
        find: '{ n, draft }))',
        replace: '{ n, draft: { ...this.#writer.draft(), token: draft.token } }))',
      },
    ],
  },
  {
    name: 'load kept while a write waits',
    change: 'a load that begins before a write behind is known of is kept after it',
    patches: [
      {
        file: `${engine}/memory/keeper.ts`,
        find: '    if (this.#parts.unwritten.has(key)) return true;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'write behind dated by its batch',
    change: 'a value that waited for its source counts as of when it is sent, whatever covered it',
    patches: [
      {
        file: `${engine}/write-behind/write-behind-queue.ts`,
        find: 'if (!pending.isCovered(value)) value',
        replace: 'value',
      },
    ],
  },
  {
    name: 'snapshot judged by what is known',
    change:
      'an imported value of before all known bans counts as valid unless one of them covers it',
    patches: [
      {
        file: `${engine}/snapshots/snapshot-admission.ts`,
        find: 'record.position < view.table.keysCompleteFrom',
        replace: 'record.position < 0',
      },
    ],
  },
  {
    name: 'snapshot not judged',
    change: 'an imported value is kept whatever was invalidated since it was exported',
    patches: [
      {
        file: `${engine}/snapshots/snapshot-admission.ts`,
        find: "if (standing === 'invalidated' || standing === 'expired') return standing;",
        replace:
          "if (standing === 'invalidated' || standing === 'expired') return this.#keep(key, record, 'fresh');",
      },
    ],
  },
  {
    name: 'snapshot adopted anew',
    change: 'an adopted value is kept though it was invalidated while the import ran',
    patches: [
      {
        file: `${engine}/snapshots/snapshot-admission.ts`,
        find: "this.#isOver(key, record) ? 'invalidated' : this.#keep(key, limited, 'fresh')",
        replace: "this.#keep(key, limited, 'fresh')",
      },
    ],
  },
  {
    name: 'set stamped with its own ban',
    change: 'a value that is set carries a moment at which its own entry is in the log',
    patches: [
      {
        file: `${engine}/writes/writer.ts`,
        find: '      ...view.point,\n',
        replace:
          '      epoch: view.point.epoch,\n      position: (this.#parts.clock.now() + view.offsetMs + 50 - Date.UTC(2026, 0, 1)) * 4096,\n',
      },
    ],
  },
  {
    name: 'a hold deleted by a stranger',
    change: 'any invalidation ends the holds of mutations',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: '    else this.table.apply(ban, position);',
        replace:
          '    else {\n      this.holds.reset([]);\n      this.table.apply(ban, position);\n    }',
      },
      {
        file: `${engine}/invalidations/invalidator.ts`,
        find: '    for (const ban of bans) {\n',
        replace: '    holds.reset([]);\n    for (const ban of bans) {\n',
      },
    ],
  },
  {
    name: 'boot read before membership',
    change: 'a process that starts is listed as a member from its second beat',
    patches: [
      {
        file: 'src/memory/remote/memory-log.ts',
        find: '    meta.members.heard(member, boot === undefined ? member.applied : 0, now);',
        replace: '    if (boot === undefined) meta.members.heard(member, member.applied, now);',
      },
    ],
  },
  {
    name: 'unknown entry skipped',
    change: 'an invalidation of a kind that is not known is ignored',
    patches: [
      {
        file: 'src/memory/remote/entry-chain.ts',
        find: "? ban : { kind: 'clear' };",
        replace: "? ban : { kind: 'acknowledge' };",
      },
    ],
  },
  {
    name: 'own ban waits for the log',
    change: 'an invalidation is in force in its own process when the log has placed it',
    patches: [
      {
        file: `${bans}/ban-table.ts`,
        find: '      this.#pending.add(each);\n      this.#add(each.ban, each);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'pending forgotten',
    change: 'an invalidation that could not be placed is not tried again',
    patches: [
      {
        file: `${engine}/invalidations/invalidator.ts`,
        find: '    if (!this.#journal.add(pending)) this.#giveUp(error);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'no time to settle',
    change: 'a process trusts a new log server at once',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: '    else if (beat.settlingMs <= 0) {',
        replace: '    else {',
      },
    ],
  },
  {
    name: 'survivors have H',
    change: 'whoever remembers more than a new log server is waited for no longer than H',
    patches: [
      {
        file: 'src/memory/remote/log-server.ts',
        find: 'meta.quietUntil <= now && meta.members.haveAllSpoken',
        replace: 'meta.quietUntil <= now',
      },
    ],
  },
  {
    name: 'epoch ignored',
    change: 'a record of a history that is lost is judged by the present one',
    patches: [
      {
        file: `${engine}/judge.ts`,
        find: "    if (record.epoch !== view.point.epoch) return 'invalidated';\n",
        replace: '',
      },
      {
        file: `${bans}/ban-table.ts`,
        find: "    if (this.#everything.position > position) return 'banned';\n",
        replace: '',
      },
    ],
  },
  {
    name: 'tags unknown to a newcomer',
    change: 'a process that starts takes tags that it has heard nothing of for never invalidated',
    patches: [
      {
        file: `${bans}/tag-bans.ts`,
        find: '      if (position < (cell?.completeFrom ?? this.#completeFrom)) isKnown = false;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'patterns unknown to a newcomer',
    change: 'a process that starts does not learn which patterns were invalidated',
    patches: [
      {
        file: `${bans}/ban-table.ts`,
        find: 'for (const { pattern, position } of start.patterns) this.#add(patternBan(pattern), position);',
        replace: '',
      },
    ],
  },
  {
    name: 'monotonic clock alone',
    change: 'trust ends when the monotonic clock says so',
    patches: [
      {
        file: `${engine}/coherence/trust.ts`,
        find: 'return now >= this.#from && now < this.#until;',
        replace: 'return this.#from !== Number.POSITIVE_INFINITY || now > Infinity;',
      },
    ],
  },
  {
    name: 'wall clock alone',
    change: 'trust ends when the wall clock says so',
    patches: [
      {
        file: `${engine}/coherence/trust.ts`,
        find: 'this.#cancelRevocation = this.#clock.schedule(remaining, () => this.revoke());',
        replace: '',
      },
    ],
  },
  {
    name: 'ages by the monotonic clock',
    change: 'the time since a load began does not count while the machine sleeps',
    patches: [
      {
        file: `${engine}/time/elapsed.ts`,
        find: 'Math.max(0, wall - this.#wall, monotonic - this.#monotonic)',
        replace: 'Math.max(0, monotonic - this.#monotonic)',
      },
    ],
  },
  {
    name: 'caller dated before it asked',
    change: 'a read that had to ask the log is judged by what was known before',
    patches: [
      {
        file: `${engine}/reads/reader.ts`,
        find: '    caller.seq = this.#parts.view.table.seq;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'older answer started from',
    change: 'a process starts afresh from an answer that is older than its own invalidation',
    patches: [
      {
        file: `${engine}/coherence/coherence.ts`,
        find: '    if (beat.boot !== undefined && this.#isOutdated(beat)) return this.#beats.soon();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'no lease',
    change: 'a process loads without asking whether another does',
    patches: [
      {
        file: `${engine}/store/lease.ts`,
        find: "    if (reply.outcome === 'granted') return { kind: 'granted', token };",
        replace: "    if (reply.outcome !== 'value') return { kind: 'granted', token };",
      },
    ],
  },
  {
    name: 'hold of keys alone',
    change: 'what is loaded under the hold of a tag or a pattern is kept',
    patches: [
      {
        file: `${engine}/memory/keeper.ts`,
        find: 'view.holds.isHeld(key, tags, earliest)',
        replace: 'view.holds.isHeld(key, [], earliest)',
      },
    ],
  },
  {
    name: 'no second look at removals',
    change: 'what a store confirmed to have removed is taken to be gone for good',
    patches: [
      {
        file: `${engine}/invalidations/delivery.ts`,
        find: '    if (this.#options.inOrder !== true) this.#lookAgain(change);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'no second look at fills',
    change: 'what a process stored is not looked at again when it has heard of more',
    patches: [
      {
        file: `${engine}/audits/fill-audit.ts`,
        find: '    return discard(key, (record) => record.token === token && (isBanned || record.freshUntil > 0));',
        replace: '    return Promise.resolve(discard === undefined);',
      },
    ],
  },
  {
    name: 'second look removes the key',
    change: 'what is taken out after a second look is whatever is under the key by then',
    patches: [
      {
        file: `${engine}/store/far-store.ts`,
        find: 'await this.#store.discard(key, record.token);',
        replace: 'await this.#store.invalidate([key]);',
      },
    ],
  },
  {
    name: 'acknowledged without waiting',
    change: 'a strict invalidation resolves when it is in the log',
    patches: [
      {
        file: `${engine}/invalidations/invalidator.ts`,
        find: 'if (options.strict === true && appended !== undefined) {',
        replace: 'if (options.strict === true && appended === null) {',
      },
    ],
  },
  {
    name: 'expiry in the log alone',
    change: 'that a key was expired is told to the log and not to the store',
    patches: [
      {
        file: `${engine}/invalidations/delivery.ts`,
        find: 'soft === true ? store.expire(keys) : store.invalidate(keys);',
        replace: 'soft === true ? Promise.resolve() : store.invalidate(keys);',
      },
    ],
  },
  {
    name: 'lease outlives an expiry',
    change: 'expiring a key in the store leaves the right to fill it where it is',
    patches: [
      {
        file: 'src/memory/remote/memory-store.ts',
        find: '    if (value === undefined) this.#table.remove(key);',
        replace: '    if (value === undefined) return;',
      },
    ],
  },
  {
    name: 'late joiner of an expired load served',
    change: 'whoever comes after an expiry waits for a load that began before, and gets its value',
    patches: [
      {
        file: `${bans}/ban-table.ts`,
        find: 'return this.isBannedSince(seq, key, tags) || this.isExpiredSince(seq, key, tags);',
        replace: 'return this.isBannedSince(seq, key, tags);',
      },
    ],
  },
  {
    name: 'loaded under an expiry kept as fresh',
    change: 'a value that was expired while it was loaded is kept for its whole time',
    patches: [
      {
        file: `${engine}/memory/keeper.ts`,
        find: 'const record = isExpired ? { ...loaded, ...endsOnceExpired } : loaded;',
        replace: 'const record = isExpired ? { ...loaded } : loaded;',
      },
      {
        file: `${engine}/memory/keeper.ts`,
        find: 'checkedSeq: start.seq,',
        replace: 'checkedSeq: view.table.seq,',
      },
    ],
  },
  {
    name: 'stored after an expiry and left there',
    change: 'what a process stored is not looked at once more for what expired its key meanwhile',
    patches: [
      {
        file: `${engine}/audits/fill-audit.ts`,
        find: 'const isExpired = view.table.isExpiredSince(seq, key, []);',
        replace: 'const isExpired = seq < 0;',
      },
    ],
  },
  {
    name: 'set under a hold',
    change: 'a value that is set while a mutation covers it is kept',
    patches: [
      {
        file: `${engine}/writes/writer.ts`,
        find: '    if (this.#isHeld(request)) return this.#refuseHeld(request, options);',
        replace:
          '    if (this.#isHeld(request) && seal.length > 9) return this.#refuseHeld(request, options);',
      },
      {
        file: `${engine}/writes/writer.ts`,
        find: "    return this.#isHeld({ key, tags: record.tags }) ? this.#refuse(key, 'held') : true;",
        replace: '    return true;',
      },
    ],
  },
  {
    name: 'no version compared as the smallest',
    change: 'a value without a version never replaces one that has a version',
    patches: [
      {
        file: 'src/memory/remote/memory-store.ts',
        find: 'record.version > 0 && value.version > record.version',
        replace: 'value.version > record.version',
      },
    ],
  },
  {
    name: 'hold by a clock that was never compared',
    change:
      'a process that has not heard the time of the log says by its own how long a hold lasts',
    patches: [
      {
        file: `${engine}/invalidations/mutator.ts`,
        find: '    if (this.#knowsServerTime) return holding();',
        replace: '    if (this.#knowsServerTime || held.ms > 0) return holding();',
      },
    ],
  },
  {
    name: 'answer dated without the sleep',
    change: 'an answer that tells the time counts as young as the monotonic clock shows',
    patches: [
      {
        file: `${engine}/coherence/server-time.ts`,
        find: ', now.wall - sent.wall);',
        replace: ');',
      },
    ],
  },
  {
    name: 'pause in spite of an expiry',
    change: 'a source that failed is left alone whatever was expired since',
    patches: [
      {
        file: `${engine}/loads/refresh-pauses.ts`,
        find: 'return !this.#parts.view.table.isCoveredSince(pause.seq, key, tags);',
        replace: 'return tags.length >= 0;',
      },
    ],
  },
  {
    name: 'expired in place of a slow load',
    change: 'whoever waits too long gets what was expired, though its load has not failed',
    patches: [
      {
        file: `${engine}/reads/look-ups.ts`,
        find: 'if (slot === -1 || memory.freshUntil(slot) === Number.NEGATIVE_INFINITY) return undefined;',
        replace: 'if (slot === -1) return undefined;',
      },
      {
        file: `${engine}/reads/look-ups.ts`,
        find: 'return memory.freshUntil(slot) === Number.NEGATIVE_INFINITY ? undefined : outcome;',
        replace: 'return outcome;',
      },
    ],
  },
  {
    name: 'end by expire taken for the end of time',
    change:
      'what the shared store has of an expired value counts in memory for as long as it would have',
    patches: [
      {
        file: `${engine}/reads/fetcher.ts`,
        find: "const isExpired = standing !== 'fresh' && this.#judge.isExpired(key, record);",
        replace: 'const isExpired = record.freshUntil < 0;',
      },
    ],
  },
  {
    name: 'slow load answered unjudged',
    change: 'whoever waits too long gets what memory holds, invalidated or not',
    patches: [
      {
        file: `${engine}/reads/look-ups.ts`,
        find: '    const outcome = this.insteadOfError(key);',
        replace:
          "    const outcome: Outcome = { sealed: memory.value(slot), level: 'memory', stale: true };",
      },
    ],
  },
  {
    name: 'confirmation without re-check',
    change: 'a value that its loader confirmed is kept whatever was invalidated meanwhile',
    patches: [
      {
        file: `${engine}/memory/keeper.ts`,
        find: '    if (view.table.isBannedSince(start.seq, key, tags)) return { sealed, tags, record: undefined };',
        replace:
          '    if (result.confirmed === undefined && view.table.isBannedSince(start.seq, key, tags))\n' +
          '      return { sealed, tags, record: undefined };',
      },
      {
        file: `${engine}/memory/keeper.ts`,
        find: 'checkedSeq: start.seq,',
        replace: 'checkedSeq: result.confirmed === undefined ? start.seq : view.table.seq,',
      },
    ],
  },
  {
    name: 'confirmed without its tags',
    change: 'a value that its loader confirmed has the tags of this load alone',
    patches: [
      {
        file: `${engine}/loads/load.ts`,
        find: "tags: withThoseBefore(checkTags(tags, 'tags', tagPrefix), confirmed),",
        replace: "tags: checkTags(tags, 'tags', tagPrefix),",
      },
    ],
  },
  {
    name: 'error whatever was invalidated',
    change: 'an error that is remembered is given though its key or a tag was invalidated since',
    patches: [
      {
        file: `${engine}/loads/remembered-errors.ts`,
        find: ' || this.#parts.view.table.isCoveredSince(seq, key, tags)',
        replace: '',
      },
    ],
  },
  {
    name: 'error without trust',
    change: 'a process that has heard nothing for H gives errors that it remembers',
    patches: [
      {
        file: `${engine}/loads/remembered-errors.ts`,
        find: 'this.#judge.isTrusted() || this.#judge.sawStart(found.startedAt, startedAt)',
        replace: 'true',
      },
    ],
  },
];
