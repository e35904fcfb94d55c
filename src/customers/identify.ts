import type { Actor } from '../kernel/access/caller.ts';
import type { CustomerId, SubjectId } from '../kernel/ids.ts';
import type { Identifier } from './core/identifiers.ts';
import type { ConsentChannel, ConsentState } from './core/reach.ts';
import type { Problem } from './subjects.ts';

/** A consent as a source reports it. `purpose` is 'marketing' unless told; `proof`: where it can be seen. */
export type ConsentInput = { channel: ConsentChannel; state: ConsentState; purpose?: string; proof?: string };

/**
 * What one order, event or customer row says about one person. `at`: when it was said, the newest wins field by field;
 * `source`: who said it. Receivers' telephones come as identifiers of kind receiver_phone.
 */
export type ResolveItem = {
  identifiers: readonly Identifier[];
  at: Date;
  source: string;
  name?: string;
  traits?: Readonly<Record<string, unknown>>;
  consents?: readonly ConsentInput[];
  tags?: readonly string[];
};

/** `subject` goes on the event; `customer` is today's owner. Both NOBODY when nothing names anybody. `unfit`: fields whose value did not fit. */
export type Resolved = { subject: SubjectId; customer: CustomerId; problems: readonly Problem[]; unfit: readonly string[] };

export type Resolution = {
  items: Resolved[];
  created: CustomerId[];
  merged: { keep: CustomerId; absorbed: CustomerId[] }[];
  parted: { customer: CustomerId; from: CustomerId }[];
};

/**
 * `mirror: 'later'` leaves ClickHouse to the next flushMirror, `'known'` only those who are new. `country`: whose numbers telephones without a prefix are. `by`: staff who
 * wrote it down. `from: 'file'`: said by a stored file, which can be read again, so that it can be taken back (`takeBack`).
 */
export type ResolveOptions = { mirror?: 'now' | 'known' | 'later'; country?: string; by?: Actor; from?: 'file' | 'voice' };
