import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret as the Standard Webhooks specification writes it: `whsec_` and the base64 of 32 random bytes. */
export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

const macOf = (secret: string, content: string): string => createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64')).update(content).digest('base64');

/** What is signed, by the secrets valid now: while one replaces another both sign, and either is proof. */
export type Signed = { id: string; atSeconds: number; body: string; secrets: readonly string[] };

/** The three headers of the Standard Webhooks specification: id and time are signed with the body, so that none can be exchanged. */
export const signedHeaders = ({ id, atSeconds, body, secrets }: Signed): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(atSeconds),
  'webhook-signature': secrets.map((secret) => `v1,${macOf(secret, `${id}.${atSeconds}.${body}`)}`).join(' '),
});
