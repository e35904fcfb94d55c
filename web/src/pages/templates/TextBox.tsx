import { useQuery } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { createContext, type ReactNode, useContext, useRef } from 'react';
import { useT } from '../../lib/language.tsx';
import { Field } from '../../ui/Field.tsx';
import { blocksQuery } from './blocks/blockQueries.ts';
import { FieldFindings } from './Findings.tsx';
import { type Finding, variablesQuery, vocabularyQuery } from './templateQueries.ts';

/** By which event the open template is sent. */
export const SentBy = createContext<string | undefined>(undefined);

type Props = { label: ReactNode; value: string; onChange: (text: string) => void; findings?: readonly Finding[]; rows?: number; hint?: ReactNode; readOnly: boolean; code?: boolean; variables?: boolean };

const EVENT = ['event.order_no', 'event.amount_minor | money', 'event.coupon_code', 'event.time | date: "moment"'];
const LINKS = ['links.unsubscribe', 'links.preferences', 'workspace.name', 'today | date'];

/** Names that Liquid can say as they stand. */
const SAYABLE = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;
const filterFor = (types: readonly string[]): string => (types.some((type) => /^(?:DateTime|Date)/.test(type)) ? ' | date' : '');

/** A text with what lint says of it beneath, and the list of variables and blocks that writes one where the caret stands. */
export function TextBox({ label, value, onChange, findings = [], rows = 1, hint, readOnly, code = false, variables = true }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    const { selectionStart = value.length, selectionEnd = value.length } = box.current ?? {};
    onChange(value.slice(0, selectionStart) + text + value.slice(selectionEnd));
    box.current?.focus();
  };
  return (
    <div className="text-box">
      <Field label={label} hint={hint}>{(ids) => <textarea {...ids} ref={box} className={code ? 'input area code' : 'input area'} rows={rows} readOnly={readOnly} value={value} onChange={({ target }) => onChange(target.value)} spellCheck={!code} />}</Field>
      {variables && !readOnly && <Variables onPick={insert} />}
      <FieldFindings findings={findings} />
    </div>
  );
}

function Variables({ onPick }: { onPick: (text: string) => void }) {
  const t = useT();
  const { data } = useQuery(vocabularyQuery);
  const event = useContext(SentBy), brought = useQuery({ ...variablesQuery(event), enabled: event !== undefined }).data?.properties ?? [];
  const item = (path: string, label: string) => ({ key: path, label: <span className="spread"><span>{label}</span><code className="grey small">{path}</code></span>, onClick: () => onPick(`{{ ${path} }}`) });
  const fields = (data?.customer ?? []).map(({ key, label }) => ({ key: `customer.${key}`, label: <span className="spread"><span>{label}</span><code className="grey small">customer.{key}</code></span>, onClick: () => onPick(`{{ customer.${key} | default: "…" }}`) }));
  const shared = useQuery(blocksQuery).data?.rows ?? [];
  const items = [
    ...(shared.length === 0 ? [] : [{ key: 'blocks', type: 'group' as const, label: t('blocks.title'), children: shared.map(({ key, name }) => ({ key: `block.${key}`, label: <span className="spread"><span>{name}</span><code className="grey small">{key}</code></span>, onClick: () => onPick(`{% render '${key}' %}`) })) }]),
    { key: 'customer', type: 'group' as const, label: t('templates.variables.customer'), children: fields },
    { key: 'event', type: 'group' as const, label: t('templates.variables.event'), children: event !== undefined && brought.length > 0 ? brought.filter(({ property }) => SAYABLE.test(property)).map(({ property, types }) => item(`event.${property}${filterFor(types)}`, property)) : EVENT.map((path) => item(path, t(`templates.variable.${path.split(' ')[0]}`))) },
    { key: 'other', type: 'group' as const, label: t('templates.variables.other'), children: LINKS.map((path) => item(path, t(`templates.variable.${path.split(' ')[0]}`))) },
  ];
  return <Dropdown trigger={['click']} menu={{ items, className: 'variables-menu' }}><button type="button" className="plain link small insert">{t('templates.variables')}</button></Dropdown>;
}
