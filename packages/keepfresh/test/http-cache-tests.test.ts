import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../test/servers/free-port.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { cachedListener, HttpCache, type Listener } from '../src/http/index.ts';
import { notPassed } from './http-cache-tests/not-passed.ts';

/**
 * The public suite, https://cache-tests.fyi: an origin, and a client that asks it through a cache. It is installed beside
 * its list and not with the repository, because it brings an `npm` of its own.
 */
const home = join(import.meta.dirname, 'http-cache-tests');
const modules = join(home, 'node_modules');
const suite = join(modules, 'http-cache-tests');

async function install(): Promise<void> {
  if (existsSync(join(modules, '.package-lock.json'))) return;
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: home });
}

interface Suite {
  readonly tests: readonly SuiteTest[];
}

interface SuiteTest {
  readonly id: string;
  /** @default 'required' */
  readonly kind?: 'required' | 'optimal' | 'check';
  /** Tests without which this one says nothing. */
  readonly depends_on?: readonly string[];
}

interface Runner {
  runTests(
    tests: readonly Suite[],
    fetch: unknown,
    browser: boolean,
    base: string,
    chunk: number,
  ): Promise<void>;
  getResults(): Record<string, true | readonly [string, string]>;
}

describe('the public tests of HTTP caches', () => {
  let folder: string;
  let origin: ChildProcess;
  let cache: Cache;
  let proxy: Server;
  let originPort: number;

  beforeAll(async () => {
    await install();
    folder = await mkdtemp(join(tmpdir(), 'keepfresh-http-cache-tests-'));
    originPort = await freePort();
    origin = spawn(process.execPath, ['server/server.mjs'], {
      cwd: suite,
      stdio: 'ignore',
      env: {
        ...process.env,
        npm_config_protocol: 'http',
        npm_config_port: String(originPort),
        npm_config_pidfile: join(folder, 'pid'),
      },
    });
    await vi.waitFor(() => fetch(`http://localhost:${originPort}/`), {
      timeout: 30_000,
      interval: 50,
    });
    cache = createCache({ name: 'proxy', defaults: { jitter: 0 } });
    const route = new HttpCache(cache, {
      cookies: 'ignore',
      authorization: 'ignore',
      staleIfError: '1m',
    }).route();
    proxy = createServer(cachedListener(route, forwardTo(originPort)));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    proxy.closeAllConnections();
    proxy.close();
    origin.kill();
    await cache.close();
    await rm(folder, { recursive: true });
  });

  it('are passed by a reverse proxy with this cache, except for those of the list', async () => {
    const { runTests, getResults } = (await import(join(suite, 'client/runner.mjs'))) as Runner;
    const { default: suites } = (await import(join(suite, 'tests/index.mjs'))) as {
      default: readonly Suite[];
    };
    const client = join(modules, 'node-fetch/lib/index.js');
    const { default: nodeFetch } = (await import(client)) as { default: unknown };
    const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await runTests(suites, nodeFetch, false, base, 400);
    const results = Object.entries(getResults());
    const failed = results.filter(([, result]) => result !== true).map(([id]) => id);
    const passed = results.length - failed.length;
    console.log(`${results.length} tests, ${passed} passed`);
    expect(failed.toSorted()).toEqual(notPassed.flatMap(({ tests }) => tests).toSorted());
    const guide = await readFile(join(home, '../../../../docs/guides/http.md'), 'utf8');
    expect(guide).toContain(`passes ${passed} of ${results.length}`);
    expect(requiredThoughOptional(suites)).toEqual([]);
  }, 120_000);
});

/** Tests that the list calls optional and the suite does not, except for those that say nothing without an optional one. */
function requiredThoughOptional(suites: readonly Suite[]): string[] {
  const groups = notPassed.filter(({ because }) => because === 'optional');
  const optional = new Set(groups.flatMap(({ tests }) => tests));
  const tests = suites.flatMap(({ tests: ofSuite }) => ofSuite);
  const required = tests.filter(
    ({ id, kind = 'required' }) => optional.has(id) && kind === 'required',
  );
  return required
    .filter(({ depends_on: before = [] }) => !before.some((id) => optional.has(id)))
    .map(({ id }) => id);
}

/** A reverse proxy without a cache. */
function forwardTo(port: number): Listener {
  return (asked, response) => {
    const { method, url, headers } = asked;
    let answered: IncomingMessage | undefined;
    const forwarded = request({ port, host: 'localhost', method, path: url, headers }, (answer) => {
      answered = answer;
      response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    forwarded.on('error', () => {
      // An origin that goes on after the end of its response has no say in it.
      if (answered?.complete === true) return;
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end('bad gateway');
    });
    asked.pipe(forwarded);
  };
}
