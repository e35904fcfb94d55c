import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import sign from 'nodemailer/lib/dkim/sign';

export type Signer = { domain: string; selector: string; key: KeyObject };

/** Everything a forger could change or take away; both headers of unsubscribing among them, as RFC 8058 asks. */
const SIGNED = ['From', 'Sender', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'Auto-Submitted'].join(':');
const HEAD_END = '\r\n\r\n';

export const signerOf = ({ domain, selector, privateKey }: { domain: string; selector: string; privateKey: string }): Signer => ({ domain, selector, key: createPrivateKey(privateKey) });

/** Hash of a body, relaxed (RFC 6376, section 3.4.4): runs of blanks are one, none at the end of a line, no empty lines at the end. */
function bodyHash(body: string): string {
  const relaxed = body.replaceAll(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n').replace(/(?:\r\n)*$/, '');
  return createHash('sha256').update(relaxed === '' ? '' : `${relaxed}\r\n`, 'latin1').digest('base64');
}

/** Lines of a head, each with those that continue it. */
const linesOf = (head: string): { key: string; line: string }[] =>
  head.split(/\r\n(?![ \t])/).map((line) => ({ key: line.slice(0, line.indexOf(':')).toLowerCase(), line }));

/** A message with its signature in front (RFC 6376, relaxed/relaxed, rsa-sha256). Throws where the key does not sign: nothing goes out unsigned that should be. */
export function signed(message: Buffer, { domain, selector, key }: Signer): Buffer {
  const end = message.indexOf(HEAD_END);
  const head = message.toString('latin1', 0, end), body = message.toString('latin1', end + HEAD_END.length);
  const header = sign(linesOf(head), 'sha256', bodyHash(body), { domainName: domain, keySelector: selector, privateKey: key as unknown as string, headerFieldNames: SIGNED });
  if (!header) throw new Error('a DKIM key that does not sign');
  return Buffer.concat([Buffer.from(`${header}\r\n`, 'latin1'), message]);
}
