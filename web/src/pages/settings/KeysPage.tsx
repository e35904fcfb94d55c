import { Button, Checkbox, Input, Popconfirm } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay, useSession } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import { type ApiKey, keysQuery } from './settingsQueries.ts';
import './settings.css';

export default function KeysPage() {
  const t = useT();
  const may = useMay();
  const keys = useQuery(keysQuery);
  return (
    <Page title={t('nav.settings.keys')} lead={<>{t('settings.keys.lead')} <a href={paths.reference()}>{t('settings.keys.reference')}</a> · <Anchor to={paths.settings('sources')}>{t('settings.keys.sources')}</Anchor></>}>
      <Loaded query={keys} skeleton={<Skeleton lines={3} />}>{({ rows }) => (rows.length === 0 ? <Empty title={t('settings.keys.none')} /> : <Keys rows={rows} />)}</Loaded>
      {may('keys.write') && <Section title={t('settings.keys.new')}><NewKey /></Section>}
    </Page>
  );
}

function Keys({ rows }: { rows: readonly ApiKey[] }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const revoke = useWrite(['settings'], (id: string) => api.delete(`/keys/${id}`), { done: t('settings.keys.revoked') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr><th scope="col">{t('settings.keys.name')}</th><th scope="col">{t('settings.keys.prefix')}</th><th scope="col">{t('settings.keys.scopes')}</th><th scope="col">{t('settings.keys.used')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
        <tbody>
          {rows.map(({ id, name, prefix, scopes, lastUsedAt }) => (
            <tr key={id}>
              <td>{name}</td><td><code>{prefix}…</code></td><td className="wrap">{scopes.map((scope) => t(`permission.${scope}`)).join(' · ')}</td><td className="nowrap">{lastUsedAt ? moment(lastUsedAt) : t('settings.never')}</td>
              <td>{may('keys.write') && <Popconfirm title={t('settings.keys.sure', { name })} okText={t('settings.keys.revoke')} cancelText={t('settings.keep')} onConfirm={() => revoke.mutate(id)}><button type="button" className="plain link">{t('settings.keys.revoke')}</button></Popconfirm>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NewKey() {
  const t = useT();
  const { permissions } = useSession();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [secret, setSecret] = useState('');
  const make = useWrite(['settings'], () => api.post<{ secret: string }>('/keys', { name, scopes }), { after: (made) => { setSecret(made.secret); setName(''); setScopes([]); } });
  const submit = (event: FormEvent) => { event.preventDefault(); make.mutate(undefined); };
  return (
    <>
      <form className="form" onSubmit={submit}>
        <Field label={t('settings.keys.name')} hint={t('settings.keys.name.hint')}>{(ids) => <Input {...ids} value={name} maxLength={100} onChange={({ target }) => setName(target.value)} />}</Field>
        <Field label={t('settings.keys.scopes')}>{() => <Checkbox.Group className="scopes" value={scopes} onChange={setScopes} options={permissions.map((value) => ({ value, label: t(`permission.${value}`) }))} />}</Field>
        <div className="row"><Button type="primary" htmlType="submit" loading={make.isPending} disabled={name.trim() === '' || scopes.length === 0}>{t('settings.keys.make')}</Button></div>
      </form>
      {secret && <SecretOnce label={t('settings.keys.secret')} secret={secret} onClose={() => setSecret('')} />}
    </>
  );
}
