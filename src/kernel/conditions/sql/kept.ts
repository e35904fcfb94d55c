import { owned } from '../../readings.ts';
import type { KeptCondition } from '../tree.ts';
import type { Binder } from './binder.ts';

/** Those a frozen list was made of, as who they are today. */
export const keptSql = (bind: Binder, { list }: KeptCondition): string =>
  `c.customer IN (SELECT customer FROM ${owned(`(SELECT anchor AS subject, list FROM segment_kept WHERE workspace = {workspace:UUID} AND list = ${bind.uuid(list)})`, 'list')})`;
