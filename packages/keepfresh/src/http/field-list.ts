/**
 * The members of a comma-separated field (RFC 9110, 5.6.1), trimmed, empty ones left out. A comma in a quoted
 * string separates nothing; an unfinished quoted string runs to the end.
 */
export function fieldList(value: string | undefined): string[] {
  if (value === undefined) return [];
  const members = value.match(/(?:"(?:[^"\\]|\\.)*(?:"|$)|[^",])+/gs) ?? [];
  return members.map((member) => member.trim()).filter((member) => member !== '');
}
