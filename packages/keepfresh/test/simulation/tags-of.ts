/** Which tags a value has: of its key, and for some keys of the value itself. */
export function tagsOf(key: string, load: number): readonly string[] {
  if (key === 'a') return ['t0'];
  if (key === 'b') return ['t0', 't1'];
  if (key === 'c') return [`t${load % 3}`];
  if (key.startsWith('row:')) return [`t${Number(key.slice(4)) % 3}`];
  return [];
}
