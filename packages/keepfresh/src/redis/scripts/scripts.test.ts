import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptFor } from './script.ts';
import { acquireLua, appendLua, fillLua, releaseLua } from './scripts.ts';

const embed = join(import.meta.dirname, '../../../../../scripts/embed-lua.mjs');

describe('the scripts', () => {
  it('are those of the .lua files', () => {
    expect(String(execFileSync(process.execPath, [embed, '--check']))).toBe('');
  });

  it('run in a full Redis from 7 on where they only take away or keep promises', () => {
    expect(scriptFor(appendLua, 7).text).toMatch(/^#!lua flags=allow-oom\n/);
    expect(scriptFor(releaseLua, 8).text).toMatch(/^#!lua flags=allow-oom\n/);
    expect(scriptFor(appendLua, 6).text).toBe(appendLua.text);
    for (const { text } of [scriptFor(acquireLua, 7), scriptFor(fillLua, 7)])
      expect(text).not.toMatch(/^#!/);
  });

  it('are known to the server by the digest of their text', () => {
    expect(scriptFor({ text: 'return 1', allowOom: false }, 7).sha).toBe(
      'e0e1f9fabfc9d4800c877a703b823ac0578ff8db',
    );
  });
});
