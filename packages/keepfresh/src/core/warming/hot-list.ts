/** A call of a wrapped function that is remembered: by the name it was wrapped with and its arguments. */
export interface HotCall {
  readonly name: string;
  readonly args: readonly HotArgument[];
  /** Roughly how often it was made lately, against the others. */
  readonly uses: number;
  readonly tags: readonly string[];
}

/** What can be kept of arguments and given back as it was. */
export type HotArgument = string | number | boolean | null;

export interface HotTag {
  readonly tag: string;
  readonly uses: number;
}

/** What was used most, most used first. */
export interface HotList {
  readonly calls: readonly HotCall[];
  readonly tags: readonly HotTag[];
}

/** The list as it is kept, with the time of its counts on the wall clock. */
export interface KeptHotList extends HotList {
  readonly version: 1;
  readonly at: number;
}

/** After so long a use counts half. */
const halfLifeMs = 3_600_000;

/** What `seen` adds to `before`, which has aged: at most `most` of each. */
export function mergeHot(
  before: KeptHotList | undefined,
  seen: HotList,
  options: { readonly now: number; readonly most: number },
): KeptHotList {
  const { now, most } = options;
  const age = Math.max(0, now - (before?.at ?? now));
  const worth = 0.5 ** (age / halfLifeMs);
  const merge = <T extends { readonly uses: number }>(
    old: readonly T[],
    added: readonly T[],
    nameOf: (item: T) => string,
  ): T[] => {
    const all = new Map(old.map((item) => [nameOf(item), { ...item, uses: item.uses * worth }]));
    for (const item of added) {
      const uses = item.uses + (all.get(nameOf(item))?.uses ?? 0);
      all.set(nameOf(item), { ...item, uses });
    }
    return [...all.values()].toSorted((a, b) => b.uses - a.uses).slice(0, most);
  };
  return {
    version: 1,
    at: now,
    calls: merge(before?.calls ?? [], seen.calls, callName),
    tags: merge(before?.tags ?? [], seen.tags, ({ tag }) => tag),
  };
}

/** Tells calls from each other. */
export function callName({ name, args }: Pick<HotCall, 'name' | 'args'>): string {
  return JSON.stringify([name, ...args]);
}

/** Whether arguments can be kept and given back. */
export function areKept(args: readonly unknown[]): args is readonly HotArgument[] {
  return args.every(
    (arg) =>
      arg === null ||
      typeof arg === 'string' ||
      typeof arg === 'boolean' ||
      (typeof arg === 'number' && Number.isFinite(arg)),
  );
}

/** What was kept, if that is what it is: whoever wrote it may have been another version, or anybody. */
export function keptHotList(value: unknown): KeptHotList | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, at, calls, tags } = value as Partial<KeptHotList>;
  const isKept =
    version === 1 &&
    typeof at === 'number' &&
    isListOf(calls, isHotCall) &&
    isListOf(tags, ({ tag, uses }) => typeof tag === 'string' && typeof uses === 'number');
  return isKept ? (value as KeptHotList) : undefined;
}

function isHotCall({ name, args, uses, tags }: Partial<HotCall>): boolean {
  if (typeof name !== 'string' || typeof uses !== 'number') return false;
  return Array.isArray(args) && areKept(args) && isListOf(tags, (tag) => typeof tag === 'string');
}

function isListOf<T>(value: readonly T[] | undefined, is: (item: Partial<T>) => boolean): boolean {
  if (!Array.isArray(value) || value.length > 1_000) return false;
  return (value as unknown[]).every((item) => item !== null && is(item as Partial<T>));
}
