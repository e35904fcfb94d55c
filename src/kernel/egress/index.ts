import { promises as dns, type LookupAddress } from 'node:dns';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import net, { isIP, type LookupFunction, type Socket } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Refusal } from '../errors.ts';
import { type AllowedHost, hostOf, isMailPort, isPublic, isUsualPort, portOf } from './addresses.ts';

export { type AllowedHost, allowedHosts } from './addresses.ts';

/** What goes out. `timeoutMs` counts from the look-up of the name to the last byte; `redirects`: how many are followed, none unless told. */
export type Outgoing = {
  url: string; method?: 'GET' | 'POST'; headers?: Readonly<Record<string, string>>; body?: string | Uint8Array;
  timeoutMs?: number; maxBytes?: number; redirects?: number;
};

/** What came back. `cut`: there was more than `maxBytes`, which was not read. */
export type Incoming = { status: number; url: string; headers: Readonly<Record<string, string>>; body: Buffer; cut: boolean };

/** A machine that speaks something else than HTTP: mail servers. */
export type Machine = { host: string; port: number };

/** The one way out of this installation. */
export type Egress = {
  /** Refuses what `send` would refuse before connecting: `egress.address_invalid`, `egress.port`, `egress.not_public`. */
  check(url: string): Promise<void>;
  /** Asks; refuses as `check`, and `egress.timeout`, `egress.unreachable`, `egress.certificate`, `egress.redirects`. */
  send(outgoing: Outgoing): Promise<Incoming>;
  /** Refuses what `connect` would refuse before connecting: `egress.address_invalid`, `egress.port`, `egress.not_public`. */
  checkMachine(machine: Machine): Promise<void>;
  /** A connection to a mail server; refuses as `checkMachine`, and `egress.timeout`, `egress.unreachable`. Whoever asked closes it. */
  connect(machine: Machine & { timeoutMs?: number }): Promise<Socket>;
  /** Whether a machine is one of those inside that may be asked. */
  isAllowedMachine(machine: Machine): boolean;
  /** Hosts inside that may be asked. */
  allowed: readonly AllowedHost[];
  /** Whether an address is of such a host. */
  isAllowed(url: string): boolean;
};

type Resolve = (host: string) => Promise<LookupAddress[]>;
type Step = { url: URL; method: 'GET' | 'POST'; headers: Readonly<Record<string, string>>; body: string | Uint8Array | undefined };

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const URL_MAX = 2_000;
const USER_AGENT = 'Perennial';
/** Set by the connection, or carrying somebody's session: never a caller's to give. */
const OURS = /^(?:host|cookie|user-agent|content-length|transfer-encoding|connection|proxy-.*)$/i;
/** What a redirect to another place may take along: everything else was meant for the first. */
const HARMLESS = /^(?:accept|content-type)$/i;

const resolveAll: Resolve = (host) => dns.lookup(host, { all: true });

/** One code for names that nobody knows and names of machines inside: whoever tries names learns nothing of the network. */
const notPublic = (host: string): Refusal => new Refusal('egress.not_public', { host });

function urlOf(text: string): URL {
  const url = text.length <= URL_MAX && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') throw new Refusal('egress.address_invalid');
  return url;
}

type IsUsual = (port: number) => boolean;

const isNamed = (allowed: readonly AllowedHost[], url: URL, isUsual: IsUsual = isUsualPort): boolean =>
  allowed.some(({ host, port }) => host === hostOf(url) && (port === null ? isUsual(portOf(url)) : port === portOf(url)));

/** A machine's name or address through the same reader as every other, so that all spellings of an address are one. */
function machineUrl({ host, port }: Machine): URL {
  if (!/^[^\s/?#@\\%]{1,255}$/.test(host) || !Number.isInteger(port) || port < 1 || port > 65_535 || (host.includes(':') && isIP(host) !== 6)) throw new Refusal('egress.address_invalid');
  return urlOf(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
}

/** Addresses of a name, all of them public, or none is used: a name that answers both ways is an attack. */
async function publicAddresses(resolve: Resolve, host: string): Promise<LookupAddress[]> {
  const found = await resolve(host).catch(() => []);
  if (found.length === 0 || !found.every(({ address }) => isPublic(address))) throw notPublic(host);
  return found;
}

/** Looks a name up for the connection itself, so that what was checked is what is connected to, whatever the name says a moment later. */
const lookupBy = (addresses: (host: string) => Promise<LookupAddress[]>): LookupFunction => (host, { all }, done) => {
  addresses(host).then(
    (found) => (all ? done(null, found) : done(null, found[0]?.address ?? '', found[0]?.family)),
    (error: Error) => done(error, ''),
  );
};

function optionsOf({ url, method, headers, body }: Step, { lookup, inside, signal }: { lookup: LookupFunction; inside: boolean; signal: AbortSignal }): RequestOptions {
  const Agent = url.protocol === 'https:' ? RequestFilteringHttpsAgent : RequestFilteringHttpAgent;
  const given = Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.test(name)));
  return {
    method, signal, lookup, host: hostOf(url), port: portOf(url), path: `${url.pathname}${url.search}`, maxHeaderSize: MAX_HEADER_BYTES,
    headers: { accept: '*/*', ...given, 'accept-encoding': 'identity', 'user-agent': USER_AGENT, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    agent: new Agent({ keepAlive: false, allowPrivateIPAddress: inside }),
  };
}

async function readUpTo(message: IncomingMessage, most: number): Promise<Pick<Incoming, 'body' | 'cut'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, most - bytes));
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > most) break;
  }
  return { body: Buffer.concat(chunks), cut: bytes > most };
}

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (name === 'set-cookie' || value === undefined ? [] : [[name, String(value)]])));

async function ask(step: Step, options: RequestOptions, maxBytes: number): Promise<Incoming> {
  const message = await new Promise<IncomingMessage>((answered, failed) => {
    const request = (step.url.protocol === 'https:' ? https : http).request(options, answered);
    request.on('error', failed);
    request.end(step.body);
  });
  // An error after the head ends the reading below.
  message.on('error', () => undefined);
  return { status: message.statusCode ?? 0, url: step.url.href, headers: flat(message.headers), ...(await readUpTo(message, maxBytes)) };
}

const CERTIFICATE = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|HOSTNAME/;

function refusalOf(error: unknown, host: string, signal: AbortSignal): Refusal {
  if (error instanceof Refusal) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (signal.aborted) return new Refusal('egress.timeout', { host });
  if (CERTIFICATE.test(code)) return new Refusal('egress.certificate', { host, cause: code });
  return /is not allowed/.test(String(error)) ? notPublic(host) : new Refusal('egress.unreachable', { host, cause: code });
}

const REDIRECTS = [301, 302, 303, 307, 308];

/** Where an answer sends on to. What was sent is sent again only where the answer says so (307, 308), and only its harmless heads to another place. */
function nextOf(step: Step, { status, headers }: Incoming): Step | undefined {
  const { location } = headers;
  if (!REDIRECTS.includes(status) || location === undefined) return undefined;
  const url = urlOf(URL.canParse(location, step.url) ? new URL(location, step.url).href : '');
  if (step.url.protocol === 'https:' && url.protocol === 'http:') throw new Refusal('egress.redirects', { host: hostOf(step.url) });
  const kept = url.origin === step.url.origin ? step.headers : Object.fromEntries(Object.entries(step.headers).filter(([name]) => HARMLESS.test(name)));
  return status >= 307 ? { ...step, url, headers: kept } : { url, method: 'GET', headers: kept, body: undefined };
}

function timerFor(ms: number): { signal: AbortSignal; abort: NodeJS.Timeout } {
  const control = new AbortController();
  return { signal: control.signal, abort: setTimeout(() => control.abort(), ms) };
}

/** Connects to whichever of the looked-up addresses answers first; nothing else is asked what the name means. */
function dial(machine: Machine, lookup: LookupFunction, signal: AbortSignal): Promise<Socket> {
  return new Promise((connected, failed) => {
    const socket = net.connect({ host: machine.host, port: machine.port, lookup, autoSelectFamily: true, signal });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      connected(socket);
    });
  });
}

/**
 * Opens the way out: http and https to machines of the public internet, on ports of web servers, and to hosts inside that are `allowed` by name.
 * Every address is checked as it is connected to, each redirect anew; no cookie is kept, nothing is unpacked. `resolve` looks names up.
 */
export function openEgress(allowed: readonly AllowedHost[], resolve: Resolve = resolveAll): Egress {
  const demand = (url: URL, isUsual: IsUsual = isUsualPort): boolean => {
    if (isNamed(allowed, url, isUsual)) return true;
    if (!isUsual(portOf(url))) throw new Refusal('egress.port', { port: portOf(url) });
    if (isIP(hostOf(url)) !== 0 && !isPublic(hostOf(url))) throw notPublic(hostOf(url));
    return false;
  };
  const once = async (step: Step, maxBytes: number, signal: AbortSignal): Promise<Incoming> => {
    const inside = demand(step.url);
    const lookup = lookupBy(inside ? resolve : (host) => publicAddresses(resolve, host));
    try {
      return await ask(step, optionsOf(step, { lookup, inside, signal }), maxBytes);
    } catch (error) {
      throw refusalOf(error, hostOf(step.url), signal);
    }
  };
  const checkUrl = async (url: URL, isUsual?: IsUsual): Promise<void> => {
    if (!demand(url, isUsual) && isIP(hostOf(url)) === 0) await publicAddresses(resolve, hostOf(url));
  };
  return {
    allowed,
    isAllowed: (text) => isNamed(allowed, urlOf(text)),
    isAllowedMachine: (machine) => isNamed(allowed, machineUrl(machine), isMailPort),
    check: async (text) => checkUrl(urlOf(text)),
    checkMachine: async (machine) => checkUrl(machineUrl(machine), isMailPort),
    connect: async ({ timeoutMs = TIMEOUT_MS, ...machine }) => {
      const url = machineUrl(machine), inside = demand(url, isMailPort);
      // The signal lives as long as the socket: once connected it must never fire.
      const { signal, abort } = timerFor(timeoutMs);
      try {
        return await dial({ host: hostOf(url), port: machine.port }, lookupBy(inside ? resolve : (host) => publicAddresses(resolve, host)), signal);
      } catch (error) {
        throw refusalOf(error, hostOf(url), signal);
      } finally {
        clearTimeout(abort);
      }
    },
    send: async ({ url, method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, redirects = 0 }) => {
      const signal = AbortSignal.timeout(timeoutMs);
      let step: Step = { url: urlOf(url), method, headers, body };
      for (let followed = 0; ; followed++) {
        const answer = await once(step, maxBytes, signal);
        const next = redirects > 0 ? nextOf(step, answer) : undefined;
        if (!next) return answer;
        if (followed === redirects) throw new Refusal('egress.redirects', { host: hostOf(step.url) });
        step = next;
      }
    },
  };
}
