import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useT } from '../../../lib/language.tsx';
import { Field } from '../../../ui/Field.tsx';
import { FieldFindings } from '../Findings.tsx';
import type { Finding } from '../templateQueries.ts';
import { blocksQuery } from './blockQueries.ts';

type Props = { value: string; readOnly: boolean; findings: readonly Finding[]; onChange: (key: string) => void };

/** Which shared block a part of a mail is. One that is gone is named by its key. */
export function BlockChoice({ value, readOnly, findings, onChange }: Props) {
  const t = useT();
  const rows = useQuery(blocksQuery).data?.rows ?? [];
  const options = rows.map(({ key, name }) => ({ value: key, label: `${name} · ${key}` }));
  return (
    <div>
      <Field label={t('blocks.choose')}>{(ids) => <Select {...ids} showSearch optionFilterProp="label" disabled={readOnly} value={value || null} onChange={onChange} options={value && !rows.some(({ key }) => key === value) ? [...options, { value, label: value }] : options} />}</Field>
      <FieldFindings findings={findings} />
    </div>
  );
}
