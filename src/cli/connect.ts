import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { Refusal } from '../kernel/errors.ts';
import { holderOf } from '../kernel/start/folderLock.ts';

/** The product's own API, as the command line speaks to it. */
export type Api = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  upload<T>(path: string, form: FormData): Promise<T>;
  /** Lines of JSON to the door of a source, by its write key. */
  send(path: string, writeKey: string, body: string): Promise<void>;
  /** The answer to a POST as it streams in, for exports. */
  stream(path: string, body: unknown): Promise<ReadableStream<Uint8Array>>;
  close(): Promise<void>;
};

type Problem = { code?: string; facts?: Record<string, unknown> };

const tokenOf = (dataDir: string): string => {
  const path = join(dataDir, 'cli.token');
  if (!existsSync(path)) throw new Refusal('cli.token_missing', { dataDir });
  return readFileSync(path, 'utf8').trim();
};

async function demandOk(reply: Response): Promise<Response> {
  if (reply.ok) return reply;
  const problem = (await reply.json().catch(() => ({}))) as Problem;
  throw new Refusal(problem.code ?? `http.${reply.status}`, problem.facts ?? {}, reply.status);
}

/** The API at an address, with the token of this machine's command line; in the first workspace unless one is named. */
export function apiAt(url: string, token: string, close: () => Promise<void>, workspace?: string): Api {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
    demandOk(await fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${token}`, ...(workspace ? { 'x-workspace': workspace } : {}), ...init.headers } }));
  const json = async <T>(reply: Response): Promise<T> => (await reply.json()) as T;
  const write = async <T>(method: string, path: string, body: unknown): Promise<T> =>
    json(await call(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }));
  return {
    get: async (path) => json(await call(path)),
    post: (path, body) => write('POST', path, body),
    patch: (path, body) => write('PATCH', path, body),
    put: (path, body) => write('PUT', path, body),
    remove: async (path) => void (await call(path, { method: 'DELETE' })),
    upload: async (path, form) => json(await call(path, { method: 'POST', body: form })),
    send: async (path, writeKey, body) => void (await demandOk(await fetch(new URL(path, url), { method: 'POST', body, headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' } }))),
    stream: async (path, asked) => {
      const { body } = await call(path, { method: 'POST', body: JSON.stringify(asked), headers: { 'content-type': 'application/json' } });
      if (!body) throw new Error('a reply without a body');
      return body;
    },
    close,
  };
}

/** The API of the server that holds the data folder; where none runs, one is started in this process for the command's time. */
export async function connect(config: Config, { clock, log, pid, workspace }: { clock: Clock; log: Logger; pid: number; workspace?: string | undefined }): Promise<Api> {
  const holder = holderOf(config.dataDir);
  if (holder?.url) return apiAt(holder.url, tokenOf(config.dataDir), async () => undefined, workspace);
  // The whole product: loaded by those commands alone that start it.
  const [{ startServer }, { hasOwner, localToken }] = await Promise.all([import('../server.ts'), import('../kernel/access/index.ts')]);
  const running = await startServer({ ...config, host: '127.0.0.1', port: 0 }, { clock, log, pid });
  if (!(await hasOwner(running.stores))) {
    await running.stop();
    throw new Refusal('cli.no_workspace', { dataDir: config.dataDir });
  }
  running.setReady();
  return apiAt(running.url, localToken(running.stores.files), running.stop, workspace);
}
