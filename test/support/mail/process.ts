import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { CERTIFICATE, KEY } from './certificate.ts';
import type { Asked, Faults, ServerKind, Taken } from './faults.ts';

/** A mail server in a process of its own: real bytes over loopback. A door before it plays those who keep no rules. */
const kind = JSON.parse(process.argv[2] ?? '{}') as ServerKind;
let faults: Faults = {};
let taken: Taken[] = [];
let count = 0, sessions = 0;
const tries = new Map<string, number>();
const perSession = new Map<string, number>();

const saying = (reply: string): Error & { responseCode: number } => Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
const later = (ms: number | undefined, work: () => void): void => void (ms ? setTimeout(work, ms) : work());
const sockets = new Map<string, Socket>();
const hangUp = ({ remotePort }: SMTPServerSession): void => void sockets.get(String(remotePort))?.destroy();

const inside = new SMTPServer({
  secure: kind.security === 'tls', key: KEY, cert: CERTIFICATE, size: kind.size ?? 10_000_000, authOptional: kind.user === undefined, disableReverseLookup: true, logger: false, closeTimeout: 100,
  disabledCommands: [...(kind.security === 'starttls' ? [] : ['STARTTLS']), ...(kind.user === undefined ? ['AUTH'] : [])], allowInsecureAuth: kind.security === 'none',
  hideSMTPUTF8: kind.hideSmtpUtf8 ?? false, hidePIPELINING: kind.hidePipelining ?? false, hideENHANCEDSTATUSCODES: true,
  onConnect: (_, done) => {
    if (faults.sessions !== undefined && sessions >= faults.sessions) return done(saying('421 too many connections'));
    sessions++;
    return done(faults.greeting ? saying(faults.greeting) : null);
  },
  onClose: () => { sessions--; },
  onAuth: ({ username, password }, _, done) => (username === kind.user && password === kind.pass ? done(null, { user: username }) : done(saying('535 authentication failed'))),
  onMailFrom: (_, session, done) => later(faults.mailMs, () => {
    const sent = perSession.get(session.id) ?? 0;
    perSession.set(session.id, sent + 1);
    if (faults.sessionMessages !== undefined && sent >= faults.sessionMessages) return done(saying('421 too many messages in this session'));
    return done(faults.mail ? saying(faults.mail) : null);
  }),
  onRcptTo: ({ address }, session, done) => {
    const tried = (tries.get(address) ?? 0) + 1;
    tries.set(address, tried);
    const reply = faults.recipients?.[address] ?? faults.recipients?.[address.split('@')[0] ?? ''] ?? (tried <= (faults.greylist ?? 0) ? '450 4.2.0 Greylisted, come back in five minutes' : undefined);
    if (faults.breaks === 'data') setImmediate(() => hangUp(session));
    return done(reply ? saying(reply) : null);
  },
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (faults.breaks === 'end') return hangUp(session);
      if (stream.sizeExceeded) return done(saying('552 message too large'));
      if (faults.end) return later(faults.endMs, () => done(saying(faults.end ?? '')));
      return later(faults.endMs, () => {
        count++;
        const { mailFrom, rcptTo } = session.envelope;
        for (const { address } of rcptTo) taken.push({ from: mailFrom ? mailFrom.address : '', to: address, utf8: mailFrom !== false && mailFrom.args !== false && 'SMTPUTF8' in mailFrom.args, secure: session.secure, raw: Buffer.concat(chunks).toString('base64') });
        if (faults.breaks === 'taken') return hangUp(session);
        return done(null, `queued as ${count}`);
      });
    });
  },
});
inside.on('error', () => undefined);
inside.server.on('connection', (socket: Socket) => { sockets.set(String(socket.remotePort), socket); socket.on('close', () => sockets.delete(String(socket.remotePort))); });

/** Replies of a server that takes commands one by one and counts those that come together as an attack. */
function proud(socket: Socket): void {
  let data = false, body = '';
  socket.on('data', (chunk) => {
    if (data) {
      body += String(chunk);
      if (body.endsWith('\r\n.\r\n')) { data = false; count++; socket.write('250 taken\r\n'); }
      return;
    }
    const lines = String(chunk).split('\r\n').filter(Boolean);
    if (lines.length > 1) return void socket.end('554 5.5.1 Error: improper command pipelining\r\n');
    const [line = ''] = lines;
    data = line === 'DATA';
    socket.write(/^EHLO/.test(line) ? '250-proud\r\n250 PIPELINING\r\n' : data ? '354 go on\r\n' : '250 ok\r\n');
  });
  socket.write('220 proud\r\n');
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => (at < text.length ? socket.write(text[at++] ?? '') : clearInterval(timer)), 30);
  socket.on('close', () => clearInterval(timer));
}

/** Says yes to everything in time, and never to the message itself. */
function half(socket: Socket): void {
  let data = false;
  socket.on('data', (chunk) => {
    for (const line of data ? [] : String(chunk).split('\r\n').filter(Boolean)) {
      data ||= line === 'DATA';
      socket.write(line === 'DATA' ? '354 go on\r\n' : '250 ok\r\n');
    }
    if (data && String(chunk).endsWith('\r\n.\r\n')) drip(socket, `250-${'x'.repeat(5_000)}`);
  });
  socket.write('220 half\r\n');
}

const rude = { silent: () => undefined, drip: (socket: Socket) => drip(socket, `220-${'x'.repeat(5_000)}`), endless: (socket: Socket) => { const timer = setInterval(() => socket.write(`220-${'x'.repeat(60_000)}\r\n`), 2); socket.on('close', () => clearInterval(timer)); }, garbage: (socket: Socket) => void socket.end(Buffer.from([0xff, 0xfe, 0, 1, 10, 13, 10])), pipelining: proud, half } as const;

const door = createServer((socket) => {
  socket.on('error', () => undefined);
  if (faults.rude) return rude[faults.rude](socket);
  return inside.server.emit('connection', socket);
});

process.on('message', ({ set, ask, clear }: Asked) => {
  if (set) { faults = set; tries.clear(); perSession.clear(); }
  if (clear) { taken = []; count = 0; }
  process.send?.(ask === 'taken' ? taken : ask === 'sessions' ? sessions : count);
});
process.on('disconnect', () => process.exit(0));
door.listen(0, '127.0.0.1', () => process.send?.((door.address() as AddressInfo).port));
