import type { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import { CONSENT_LISTS } from '../kernel/conditions/catalogue.ts';
import { dayIn, dayNumber } from '../kernel/day.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import { HOT_KEYS } from './builtins.ts';
import { type Field, mirrored } from './core/fields.ts';
import type { StateRow } from './queries/mirror.ts';

const valuesIn = (row: StateRow) => ({ ...row.fields, ...row.published, ...Object.fromEntries(HOT_KEYS.map((key) => [key, row[key]])) });

/** What was said on consent, as conditions read it. */
const consentLists = ({ given, withdrawn }: StateRow): Record<string, string[]> => ({
  ...(given.length > 0 && { [CONSENT_LISTS.given]: given }), ...(withdrawn.length > 0 && { [CONSENT_LISTS.withdrawn]: withdrawn }),
});

type Frame = { workspaceId: WorkspaceId; version: number; zone: string; fields: ReadonlyMap<string, Field> };

export function writeState(to: RowWriter, { workspaceId, version, zone, fields }: Frame, row: StateRow): void {
  const { texts, numbers, days, lists } = mirrored(fields, valuesIn(row));
  to.uuid(workspaceId); to.uuid(row.id); to.int(version); to.u8(row.absorbed ? 1 : 0); to.text(row.name); to.date32(dayNumber(dayIn(zone, row.createdAt)));
  to.map(texts, (text) => to.text(text)); to.map(numbers, (number) => to.f64(number)); to.map(days, (day) => to.date32(dayNumber(day))); to.map({ ...lists, ...consentLists(row) }, (list) => to.texts(list));
  to.texts(row.tags); to.texts(row.reach);
}

/** The columns of the mirror's tables, with the type each is written in. */
export const STATE_COLUMNS = {
  workspace: 'UUID', customer: 'UUID', version: 'UInt64', deleted: 'UInt8', name: 'String', created_on: 'Date32',
  texts: 'Map(String, String)', numbers: 'Map(String, Float64)', days: 'Map(String, Date32)', lists: 'Map(String, Array(String))', tags: 'Array(String)', reach: 'Array(String)',
};
export const OWNER_COLUMNS = { workspace: 'UUID', subject: 'UUID', customer: 'UUID', version: 'UInt64' };

/** Whose a subject is. */
export function writeOwner(to: RowWriter, workspaceId: WorkspaceId, { subject, customer, version }: { subject: SubjectId; customer: CustomerId; version: number }): void {
  to.uuid(workspaceId); to.uuid(subject); to.uuid(customer); to.int(version);
}

/** A customer who is no more. */
export function writeGone(to: RowWriter, workspaceId: WorkspaceId, { customer, version }: { customer: CustomerId; version: number }): void {
  to.uuid(workspaceId); to.uuid(customer); to.int(version); to.u8(1); to.text(''); to.date32(0);
  for (let nothing = 0; nothing < 6; nothing++) to.size(0);
}
