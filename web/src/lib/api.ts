/** What a refused request says: RFC 9457 problem details, with the stable code and facts that make the sentence. */
export type Problem = { status: number; code: string; facts: Readonly<Record<string, unknown>> };

/** An answer of the server that is not a success. `code` is translated by `refusal.<code>`. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** One page of a list: `next` is the cursor of the following page, null on the last; the total is exact up to 10,000. */
export type Paged<T> = { rows: T[]; next: string | null; total: { count: number; over: boolean } };

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
type Call = { query?: Query; body?: unknown; signal?: AbortSignal };

const ROOT = '/api/v1';

/** The address of a resource, with empty parameters left out and lists repeated. */
export function addressOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return `${ROOT}${path}${text ? `?${text}` : ''}`;
}

const listeners = new Set<() => void>();
/** Called whenever the server says that the session is over. */
export const onSignedOut = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { code, facts } = fields;
  return {
    status: response.status,
    code: typeof code === 'string' ? code : response.status >= 500 ? 'server.failed' : 'request.failed',
    facts: typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {},
  };
}

/** Sends a request; a network failure is the refusal `server.unreachable`. */
async function send(method: string, path: string, { query, body, signal }: Call, headers: Record<string, string> = {}): Promise<Response> {
  const raw = body instanceof FormData || body instanceof Blob;
  const request: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json', 'x-perennial': '1', 'accept-language': document.documentElement.lang, ...headers } };
  if (body !== undefined) {
    request.body = raw ? body : JSON.stringify(body);
    if (!raw) request.headers = { ...request.headers, 'content-type': 'application/json' };
  }
  if (signal) request.signal = signal;
  const response = await fetch(addressOf(path, query), request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'server.unreachable', facts: {} });
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === 'access.sign_in') for (const listener of listeners) listener();
  throw new ApiError(problem);
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

const underWay = new Map<string, Promise<unknown>>();

/** A write carries one Idempotency-Key: sending it again by mistake does nothing twice. The same asked for again while it is under way, by a second click, is one write. */
function write<T>(method: string, path: string, call: Call): Promise<T> {
  const same = call.body instanceof FormData || call.body instanceof Blob ? null : JSON.stringify([method, path, call.query, call.body]);
  const known = same === null ? undefined : underWay.get(same);
  if (known) return known as Promise<T>;
  const answer = send(method, path, call, { 'idempotency-key': crypto.randomUUID() }).then((response) => read<T>(response));
  if (same === null) return answer;
  underWay.set(same, answer);
  return answer.finally(() => underWay.delete(same));
}

export const api = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => read<T>(await send('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) })),
  post: <T>(path: string, body?: unknown, query?: Query): Promise<T> => write<T>('POST', path, { body, ...(query ? { query } : {}) }),
  put: <T>(path: string, body?: unknown): Promise<T> => write<T>('PUT', path, { body }),
  patch: <T>(path: string, body?: unknown): Promise<T> => write<T>('PATCH', path, { body }),
  /** A write whose answer is a file. */
  file: async (path: string, body: unknown): Promise<Blob> => (await send('POST', path, { body }, { accept: '*/*' })).blob(),
  delete: <T>(path: string, body?: unknown): Promise<T> => write<T>('DELETE', path, { body }),
};
