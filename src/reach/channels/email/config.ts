import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { Refusal } from '../../../kernel/errors.ts';
import type { Stores } from '../../../kernel/stores.ts';

/** One line of text that can stand in a header: control characters are what header injection is made of. */
const line = (most: number) => z.string().trim().min(1).max(most).regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/, 'no control characters');
const domain = z.string().trim().toLowerCase().max(253).transform((text) => domainToASCII(text)).pipe(z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'a domain'));
const address = z.email().max(254);

const KEY_BITS_MIN = 1_024;
function isRsaKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= KEY_BITS_MIN;
  } catch {
    return false;
  }
}

const dkim = z.strictObject({ domain, selector: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i), privateKey: z.string().max(10_000).refine(isRsaKey, 'an RSA key of 1,024 bits or more (PEM)') });

/** How many a day from a first day on: day 1 may send the first number, after the last there is no limit. */
const warmUp = z.strictObject({ from: z.iso.date(), perDay: z.array(z.int().min(1).max(10_000_000)).min(1).max(90) });
const rate = z.strictObject({ domain, perMinute: z.int().min(1).max(100_000) });

/**
 * What is needed to send e-mail through a mail server; kept sealed. `returnDomain`: where bounces go, one address a message; `mayTrack`: for which
 * purposes opens and clicks are counted; `rates`: how many messages a minute a domain of recipients is given, `rate` all others each.
 */
export const smtpConfig = z.strictObject({
  host: line(255), port: z.int().min(1).max(65_535).default(587), security: z.enum(['tls', 'starttls', 'none']).default('starttls'), ca: z.string().max(20_000).nullable().default(null),
  user: line(255).nullable().default(null), password: z.string().min(1).max(1_000).regex(/^[^\r\n\0]*$/).nullable().default(null),
  from: z.strictObject({ name: line(100), address }), replyTo: address.nullable().default(null), helo: domain.nullable().default(null),
  dkim: dkim.nullable().default(null), returnDomain: domain.nullable().default(null), feedbackId: z.string().regex(/^[\w-]{5,15}$/).nullable().default(null),
  connections: z.int().min(1).max(50).default(5), perConnection: z.int().min(1).max(10_000).default(100), rate: z.int().min(1).max(100_000).nullable().default(null), rates: z.array(rate).max(100).default([]),
  warmUp: warmUp.nullable().default(null), mayTrack: z.array(z.enum(['marketing', 'service', 'transactional'])).max(3).default(['marketing']),
  connectSeconds: z.int().min(1).max(60).default(15), messageSeconds: z.int().min(1).max(90).default(60),
}).refine(({ user, password }) => (user === null) === (password === null), 'a user and a password, or neither');
export type SmtpConfig = z.output<typeof smtpConfig>;

/**
 * Looks at a config before it is kept. Refuses what `Egress.checkMachine` refuses, and `email.tls_needed` where mail would go in clear to a machine
 * that is not one of our own.
 */
export async function checkSmtp({ egress }: Pick<Stores, 'egress'>, { host, port, security }: SmtpConfig): Promise<void> {
  await egress.checkMachine({ host, port });
  if (security === 'none' && !egress.isAllowedMachine({ host, port })) throw new Refusal('email.tls_needed');
}

/** What is to be written into the domain's DNS for a DKIM key (RFC 6376, section 3.6.1): a name and a text in strings of at most 255 characters. */
export function dkimRecord({ domain: of, selector, privateKey }: z.output<typeof dkim>): { name: string; text: string[] } {
  const key = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }).toString('base64');
  return { name: `${selector}._domainkey.${of}`, text: `v=DKIM1; k=rsa; p=${key}`.match(/.{1,255}/g) ?? [] };
}

/** A new DKIM key (RSA, 2,048 bits, as RFC 8301 asks), PEM. */
export const newDkimKey = (): string => generateKeyPairSync('rsa', { modulusLength: 2_048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }).privateKey;
