import { Select, Switch } from 'antd';
import { type Role, ROLES } from '../../../../src/collect/core/fields.ts';
import { type Status, STATUSES } from '../../../../src/collect/core/statuses.ts';
import { useT } from '../../lib/language.tsx';
import { Field } from '../../ui/Field.tsx';
import type { Mapping } from './importQueries.ts';
import { NonGoodsList } from './NonGoodsList.tsx';
import type { Drop, Piece } from './useDrop.ts';

const DATES = ['auto', 'ymd', 'mdy', 'dmy'] as const;
const SCOPES = ['source', 'platform', 'shop'] as const;

/** How the file is read beyond its columns: what it is about, how its dates and decimals are written, whose buyer ids it carries. */
export function ReadingRules({ piece, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  const { mapping } = piece;
  const edit = (change: Partial<Mapping>) => drop.edit(piece, change);
  return (
    <>
      <div className="rules">
        <Field label={t('imports.rules.roles')} hint={t('imports.rules.roles.hint')}>{(ids) => <Select {...ids} mode="multiple" value={mapping.roles} onChange={(roles: Role[]) => roles.length > 0 && edit({ roles })} options={ROLES.map((value) => ({ value, label: t(`import.role.${value}`) }))} />}</Field>
        <Field label={t('imports.rules.dates')}>{(ids) => <Select {...ids} value={mapping.dates} onChange={(dates: (typeof DATES)[number]) => edit({ dates })} options={DATES.map((value) => ({ value, label: t(`imports.dates.${value}`) }))} />}</Field>
        <Field label={t('imports.rules.status')} hint={t('imports.rules.status.hint')}>{(ids) => <Select {...ids} value={mapping.statusDefault} onChange={(statusDefault: Status) => edit({ statusDefault })} options={STATUSES.map((value) => ({ value, label: t(`import.status.${value}`) }))} />}</Field>
        <Field label={t('imports.rules.scope')} hint={t('imports.rules.scope.hint')}>{(ids) => <Select {...ids} value={mapping.buyerScope} onChange={(buyerScope: (typeof SCOPES)[number]) => edit({ buyerScope })} options={SCOPES.map((value) => ({ value, label: t(`imports.scope.${value}`) }))} />}</Field>
        <Field label={t('imports.rules.comma')}>{(ids) => <span><Switch {...ids} checked={mapping.comma} onChange={(comma) => edit({ comma })} /></span>}</Field>
      </div>
      {mapping.roles.includes('line') && <NonGoodsList piece={piece} drop={drop} />}
    </>
  );
}
