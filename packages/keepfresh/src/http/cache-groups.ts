import { fieldValue, type HttpHeaders } from './http-message.ts';
import { parseList } from './structured-field.ts';

/** Most groups of one field that count, and their longest name: the least that RFC 9875 (2, 3) asks for. */
const mostGroups = 32;
const longestGroup = 32;

/** The groups a response belongs to (`Cache-Groups`, RFC 9875) as tags; groups of two hosts are different. */
export function groupTags(headers: HttpHeaders, host: string): string[] {
  return tagsIn(fieldValue(headers, 'cache-groups'), host);
}

/** The tags of the groups that the response to an unsafe request invalidates (`Cache-Group-Invalidation`). */
export function invalidatedGroupTags(headers: HttpHeaders, host: string): string[] {
  return tagsIn(fieldValue(headers, 'cache-group-invalidation'), host);
}

function tagsIn(field: string | undefined, host: string): string[] {
  const members = field === undefined ? [] : (parseList(field) ?? []);
  const names = members.filter((member) => typeof member === 'string');
  return names
    .filter((name) => name.length <= longestGroup)
    .slice(0, mostGroups)
    .map((name) => `http-group:${host.toLowerCase()} ${name}`);
}
