import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, root } from './child.mjs';

const WAIT_MS = 10 * 60_000;
const place = createHash('sha256').update(root).digest('hex').slice(0, 16);
const path = join(tmpdir(), `keepfresh-${process.getuid?.() ?? 0}-${place}.lock`);
const own = `${path}.${process.pid}`;

/**
 * Runs `work` while no other process on this machine does so for this checkout. The lock is a
 * file that holds its owner's process id; the lock of a dead owner is taken over.
 */
export async function withLock(work) {
  await take();
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function take() {
  writeFileSync(own, String(process.pid));
  const deadline = Date.now() + WAIT_MS;
  let told = false;
  while (!linked(own, path)) {
    const owner = ownerOf(path);
    if (owner === undefined || !isAlive(owner)) takeOver(owner);
    else if (!told) console.log(`Waiting for process ${owner}, which prepares this checkout.`);
    told ||= owner !== undefined;
    if (Date.now() > deadline) {
      fail(`Process ${owner} has held ${path} for ten minutes: end it, or remove that file.`);
    }
    await sleep(100);
  }
  rmSync(own, { force: true });
}

/** Moves a dead owner's lock out of the way; one that was taken meanwhile is put back. */
function takeOver(dead) {
  try {
    renameSync(path, `${own}.dead`);
    if (ownerOf(`${own}.dead`) !== dead) linked(`${own}.dead`, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  } finally {
    rmSync(`${own}.dead`, { force: true });
  }
}

function release() {
  rmSync(own, { force: true });
  if (ownerOf(path) === process.pid) rmSync(path, { force: true });
}

/** A link appears with its content or not at all, which a new file does not. */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
