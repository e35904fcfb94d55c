import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { contentsOf, type Running, startProduct, stopAll } from './support/children.ts';

const folder = mkdtempSync(join(tmpdir(), 'perennial-restart-'));
chmodSync(folder, 0o755);
const data = join(folder, 'data');
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

async function writeKeyOf({ url }: Running): Promise<string> {
  const headers = { authorization: `Bearer ${readFileSync(join(data, 'cli.token'), 'utf8').trim()}`, 'content-type': 'application/json' };
  const post = async <T>(path: string, body?: object): Promise<T> => (await (await fetch(new URL(path, url), { method: 'POST', headers: body ? headers : { authorization: headers.authorization }, ...(body ? { body: JSON.stringify(body) } : {}) })).json()) as T;
  const { id } = await post<{ id: string }>('/api/v1/sources', { key: 'site', name: 'Shop', kind: 'behaviour' });
  return (await post<{ key: string }>(`/api/v1/sources/${id}/key`)).key;
}

const batchOf = (from: number): string => JSON.stringify({ batch: Array.from({ length: 10 }, (_, i) => ({ type: 'track', messageId: `m${from + i}`, userId: `u${(from + i) % 50}`, event: 'Page Seen', timestamp: '2026-03-05T10:00:00Z' })) });

/** A request whose last bytes come only when told. */
function slowly(url: string, headers: Record<string, string>, body: string): { finish(): Promise<number> } {
  const half = Math.floor(body.length / 2);
  const { hostname, port } = new URL(url);
  let answer: (status: number) => void = () => undefined;
  const status = new Promise<number>((done) => { answer = done; });
  const asked = request({ hostname, port, path: '/v1/batch', method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (reply) => { reply.resume(); answer(reply.statusCode ?? 0); });
  asked.on('error', () => answer(0));
  asked.write(body.slice(0, half));
  return { finish: () => { asked.end(body.slice(half)); return status; } };
}

test('a rolling restart under load: what is under way is answered, nothing acknowledged is lost or doubled, and no reply is a server fault', async () => {
  let running = await startProduct(['--empty', '--data', data, '--port', '0']);
  const { url } = running;
  const headers = { authorization: `Basic ${Buffer.from(`${await writeKeyOf(running)}:`).toString('base64')}`, 'content-type': 'application/json' };
  const statuses = new Map<number, number>();
  let next = 10;
  let going = true;
  const sender = async (): Promise<void> => {
    while (going) {
      const from = next;
      next += 10;
      // A client sends a batch until it is acknowledged, under the same message ids.
      for (let done = false; !done; ) {
        const status = await fetch(new URL('/v1/batch', url), { method: 'POST', headers, body: batchOf(from) }).then(async (reply) => { await reply.arrayBuffer(); return reply.status; }, () => 0);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        done = status === 200;
        if (!done) await sleep(50);
      }
    }
  };
  const senders = Array.from({ length: 4 }, sender);
  for (let round = 0; round < 2; round++) {
    await sleep(1_000);
    const late = round === 0 ? slowly(url, headers, batchOf(0)) : undefined;
    await sleep(200);
    const begun = performance.now();
    const gone = running.stop();
    await sleep(500);
    if (late) expect(await late.finish()).toBe(200);
    expect(await gone).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    running = await startProduct(['--data', data, '--port', new URL(url).port]);
  }
  await sleep(1_000);
  going = false;
  await Promise.all(senders);
  for (;;) {
    const figures = await (await fetch(new URL('/metrics', url))).text();
    if (/perennial_backlog\{part="bodies"\} 0\n/.test(figures)) break;
    await sleep(200);
  }
  expect(await running.stop()).toBe(0);
  expect([...statuses.keys()].filter((status) => status !== 200 && status !== 0)).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(50);
  const contents = contentsOf(data);
  // Every batch was acknowledged in the end; the slow one is the first ten.
  expect(Number(contents['ch.events']?.split(' ')[0])).toBe(next);
}, 180_000);
