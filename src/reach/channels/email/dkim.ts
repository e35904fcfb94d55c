import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

export type Signer = { domain: string; selector: string; key: KeyObject };

/** Everything a forger could change or take away; both headers of unsubscribing among them, as RFC 8058 asks. */
const SIGNED = ['From', 'Sender', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'Auto-Submitted'].map((name) => name.toLowerCase());
const HEAD_END = '\r\n\r\n';

export const signerOf = ({ domain, selector, privateKey }: { domain: string; selector: string; privateKey: string }): Signer => ({ domain, selector, key: createPrivateKey(privateKey) });

const oneBlank = (text: string): string => text.replaceAll(/[ \t]{2,}|\t/g, ' ');

/** A header, relaxed (section 3.4.2): its name in small letters, unfolded, runs of blanks are one, none around the colon nor at the end. */
export const relaxedHeader = (line: string): string => {
  const colon = line.indexOf(':'), trimmed = (text: string): string => oneBlank(text).replaceAll(/^ | $/g, '');
  return `${trimmed(line.slice(0, colon)).toLowerCase()}:${trimmed(line.slice(colon + 1).replaceAll('\r\n', ''))}`;
};

/** The headers that are signed, relaxed, by name; of several of one name the last, which receivers look at first. */
const signedIn = (head: string): Map<string, string> => {
  const found = new Map(head.split(/\r\n(?![ \t])/).map((line): [string, string] => { const relaxed = relaxedHeader(line); return [relaxed.slice(0, relaxed.indexOf(':')), relaxed]; }));
  return new Map(SIGNED.flatMap((name): [string, string][] => { const relaxed = found.get(name); return relaxed === undefined ? [] : [[name, relaxed]]; }));
};

/** A header in lines of 72. */
const folded = (text: string): string => text.replaceAll(/.{72}(?=.)/g, '$&\r\n ');

/** By other threads: a signature takes them a third of a millisecond, in which ours writes the next letter. */
const signOff = promisify(sign) as (algorithm: string, data: Buffer, key: KeyObject) => Promise<Buffer>;

/**
 * A letter as `compose` writes it, with its signature in front (RFC 6376, relaxed/relaxed, rsa-sha256). Its body is relaxed as it stands: it is signed as it
 * lies there. Rejects where the key does not sign: nothing goes out unsigned that should be.
 */
export async function signed(message: Buffer, { domain, selector, key }: Signer): Promise<Buffer> {
  const end = message.indexOf(HEAD_END), headers = signedIn(message.toString('latin1', 0, end));
  const bodyHash = createHash('sha256').update(message.subarray(end + HEAD_END.length)).digest('base64');
  const unsigned = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain};\r\n q=dns/txt; s=${selector}; bh=${bodyHash};\r\n h=${[...headers.keys()].join(':').replaceAll(/.{1,70}:(?=.)/g, '$&\r\n ')};\r\n b=`;
  const signature = await signOff('sha256', Buffer.from([...headers.values(), relaxedHeader(unsigned)].join('\r\n'), 'latin1'), key);
  return Buffer.concat([Buffer.from(`${unsigned}${folded(signature.toString('base64'))}\r\n`, 'latin1'), message]);
}
