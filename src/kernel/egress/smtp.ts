import { once } from 'node:events';
import type { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Refusal } from '../errors.ts';
import type { Egress, Machine } from './index.ts';

/**
 * A mail server that takes messages of ours. `security`: TLS from the first byte, TLS after STARTTLS and never without, or none.
 * `name`: what we call ourselves; `ca`: certificates (PEM) to trust besides the known ones; `pipelining`: false where a server says it can and cannot.
 */
export type MailServer = Machine & { security: 'tls' | 'starttls' | 'none'; name: string; auth: { user: string; pass: string } | null; ca: string | null; pipelining: boolean; connectMs: number; messageMs: number };

/** One message as it goes over the wire; `to` has one address, so that one that is refused holds up no other. */
export type Posted = { from: string; to: string; message: Buffer };

/** Where a message was when it failed. `session`: before any command of its own; `end`: all of it sent, no word yet. */
type Stage = 'session' | 'mail' | 'rcpt' | 'data' | 'end';

/** What the server said, or that it said nothing. `sure`: it certainly did not take the message. `status` 0: no reply. */
export type Posting = { taken: true; reply: string } | { taken: false; stage: Stage; sure: boolean; status: number; reply: string; cause: string };

/** A session with a mail server, for one message after the other. */
export type MailSession = { post(posted: Posted): Promise<Posting>; usable(): boolean; close(): void };

type Fault = Error & { code?: string; command?: string; response?: string; responseCode?: number };

const REPLY_CHARS = 500;
const STAGES: Readonly<Record<string, Stage>> = { 'MAIL FROM': 'mail', 'RCPT TO': 'rcpt', DATA: 'data' };
const GREETING_MS = 30_000;

const clean = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, REPLY_CHARS).trim();

/** Names an extension that a server told of, as the library keeps them after EHLO. */
const extensionsOf = (connection: SMTPConnection): string[] => (connection as unknown as { _supportedExtensions: string[] })._supportedExtensions;

/** What a fault says of the message. Once the last byte was handed over without an answer, nobody knows. `last`: what the server said before it hung up. */
function postingOf(fault: Fault, { begun, ended }: { begun: boolean; ended: boolean }, last: string | false): Posting {
  const { code = '', command = '' } = fault;
  const response = fault.response ?? (!begun && last && /^[45]\d\d/.test(last) ? last : '');
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 0);
  const stage = begun ? 'end' : (STAGES[command] ?? (status > 0 ? 'mail' : 'session'));
  return { taken: false, stage, sure: status >= 400 || !ended, status, reply: clean(response), cause: code || 'unknown' };
}

/** Waits for a session that may carry mail: greeting, TLS, login. */
async function begin(connection: SMTPConnection, { auth }: MailServer): Promise<void> {
  const failed = once(connection, 'error').then(([fault]) => { throw fault; });
  // A fault after the session began is told by the message it strikes.
  failed.catch(() => undefined);
  const ready = new Promise<void>((done, refuse) => {
    connection.connect((fault) => {
      if (fault) return refuse(fault);
      if (!auth) return done();
      return connection.login({ user: auth.user, pass: auth.pass }, (denied) => (denied ? refuse(denied) : done()));
    });
  });
  await Promise.race([ready, failed]);
}

/** What letters of ours do not hold: lines that end otherwise than in CRLF, or begin with a dot. */
const ODD = /\r(?!\n)|(?<!\r)\n|(?:^|\n)\./;

/**
 * A message as it follows DATA (RFC 5321, section 4.5.2): lines end in CRLF and in nothing else, so that nobody can smuggle a second message in, and dots
 * that begin one are doubled; what ends it all comes after. Looked through at once: the library's way, byte by byte, takes as long as writing the letter.
 */
export function dataOf(message: Buffer): Buffer {
  const text = message.toString('latin1'), lines = ODD.test(text) ? Buffer.from(text.replaceAll(/\r\n|\r|\n/g, '\r\n').replaceAll(/(^|\n)\./g, '$1..'), 'latin1') : message;
  return lines.at(-1) === 0x0a ? lines : Buffer.concat([lines, Buffer.from('\r\n')]);
}
const END = Buffer.from('.\r\n');
/** So much goes onto the wire in one piece with its end. */
const PIECE_BYTES = 32_768;

/** Puts a message onto the library's own stream, which goes on to the wire. `ended`: its end may have left. */
function wireOn(wire: Readable, message: Buffer, at: { begun: boolean; ended: boolean }): void {
  const lines = dataOf(message), isPiece = lines.length < PIECE_BYTES;
  Object.assign(at, { begun: true, ended: isPiece });
  wire.once('end', () => { at.ended = true; });
  for (const piece of isPiece ? [Buffer.concat([lines, END])] : [lines, END]) wire.push(piece);
  wire.push(null);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

function post(connection: SMTPConnection, { from, to, message }: Posted, messageMs: number): Promise<Posting> {
  if (!(isAscii(from) && isAscii(to)) && !extensionsOf(connection).includes('SMTPUTF8')) return Promise.resolve({ taken: false, stage: 'mail', sure: true, status: 0, reply: '', cause: 'SMTPUTF8' });
  const at = { begun: false, ended: false };
  // The library asks for a stream only to have it piped into its own.
  const body = { pipe: (wire: Readable) => wireOn(wire, message, at) };
  return new Promise((told) => {
    // A server that drips never falls silent: the whole has its time too.
    const timer = setTimeout(() => { connection.close(); told(postingOf(Object.assign(new Error(), { code: 'ETIMEDOUT' }), at, false)); }, messageMs);
    connection.send({ from, to: [to], size: message.length }, body as unknown as Readable, (fault, info) => {
      clearTimeout(timer);
      told(fault || !info ? postingOf(fault ?? new Error(), at, connection.lastServerResponse) : { taken: true, reply: clean(info.response) });
    });
  });
}

/** After a refusal the session goes on, if the server agrees. */
const reset = (connection: SMTPConnection, ms: number): Promise<boolean> => new Promise((told) => {
  const timer = setTimeout(() => told(false), ms);
  connection.reset((fault) => { clearTimeout(timer); told(!fault); });
});

/**
 * Opens a session over a connection that the egress checked. Refuses what `Egress.connect` refuses; throws the server's own words
 * (`smtp.refused` with `status` and `reply`, `smtp.login`, `smtp.tls`, `smtp.lost`) where it does not come to a session.
 */
export async function openMailSession(egress: Egress, server: MailServer): Promise<MailSession> {
  const socket = await egress.connect({ host: server.host, port: server.port, timeoutMs: server.connectMs });
  const connection = new SMTPConnection({
    connection: socket, host: server.host, port: server.port, name: server.name, secure: server.security === 'tls', requireTLS: server.security === 'starttls', ignoreTLS: server.security === 'none',
    greetingTimeout: Math.min(GREETING_MS, server.connectMs), connectionTimeout: server.connectMs, socketTimeout: server.messageMs, socketCloseTimeout: 0, maxResponseSize: 64 * 1024, logger: false,
    tls: { minVersion: 'TLSv1.2', ...(server.ca ? { ca: server.ca } : {}) },
  });
  let alive = true;
  connection.on('error', () => { alive = false; }).once('end', () => { alive = false; });
  try {
    await begin(connection, server);
  } catch (error) {
    connection.close();
    throw refusalOf(error as Fault);
  }
  if (!server.pipelining) (connection as unknown as { _supportedExtensions: string[] })._supportedExtensions = extensionsOf(connection).filter((name) => name !== 'PIPELINING');
  return {
    usable: () => alive,
    close: () => { alive = false; connection.close(); },
    post: async (posted) => {
      const posting = await post(connection, posted, server.messageMs);
      if (!posting.taken && alive) alive = posting.status >= 400 && posting.status !== 421 && (await reset(connection, server.connectMs));
      if (!alive) connection.close();
      return posting;
    },
  };
}

const LOGIN = /^(?:EAUTH|ENOAUTH|EOAUTH2)$/;

/** Why no session came about, as a code. */
function refusalOf({ code = '', response = '', responseCode = 0 }: Fault): Refusal {
  const facts = { status: responseCode, reply: clean(response) };
  if (LOGIN.test(code)) return new Refusal('smtp.login', facts);
  if (code === 'ETLS') return new Refusal('smtp.tls', facts);
  return responseCode >= 400 ? new Refusal('smtp.refused', facts) : new Refusal('smtp.lost', { ...facts, cause: code });
}
