/** A name as part of an address: lower case ASCII letters, digits and hyphens. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{Mn}/gu, '');
  return ascii
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
