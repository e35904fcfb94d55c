import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { LANGUAGES, type Language, useSpoken, useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useSession } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { LANGUAGE_NAMES } from '../../shell/Bar.tsx';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { deviceOf } from './deviceOf.ts';
import { type OpenSession, sessionsQuery } from './settingsQueries.ts';
import './settings.css';

/** What belongs to the person who is signed in: name, language, password, and where they are signed in. */
export default function AccountPage() {
  const t = useT();
  const { user, role, workspace } = useSession();
  return (
    <Page title={t('me.title')} lead={t('me.lead', { email: user?.email ?? '', role: t(`role.${role}`), workspace: workspace.name })} narrow>
      <Section title={t('me.profile')}><Profile key={user?.name} /></Section>
      <Section title={t('me.password')} note={t('me.password.note')}><Password /></Section>
      <Section title={t('me.sessions')} note={t('me.sessions.note')} actions={<SignOutEverywhere />}><Sessions /></Section>
    </Page>
  );
}

function Profile() {
  const { t, language, choose } = useSpoken();
  const { user } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState(user?.name ?? '');
  const [spoken, setSpoken] = useState<Language>(language);
  const save = useWrite(['settings'], () => api.patch('/session/profile', { name: name.trim(), language: spoken }), { done: t('settings.saved'), after: () => { choose(spoken); void client.invalidateQueries(); } });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('me.name')} hint={t('me.name.hint')}>{(ids) => <Input {...ids} autoComplete="name" maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      <Field label={t('bar.language')}>{(ids) => <Select {...ids} value={spoken} onChange={(value: Language) => setSpoken(value)} options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={name.trim() === (user?.name ?? '') && spoken === language}>{t('settings.save')}</Button></div>
    </form>
  );
}

const BLANK = { current: '', next: '', again: '' };

function Password() {
  const t = useT();
  const { user } = useSession();
  const [typed, setTyped] = useState(BLANK);
  const differ = typed.again !== '' && typed.next !== typed.again;
  const save = useWrite(['settings'], () => api.post('/session/password', { current: typed.current, next: typed.next }), { done: t('me.password.done'), after: () => setTyped(BLANK) });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const field = (key: keyof typeof BLANK, complete: string, error?: string) => (
    <Field label={t(`me.password.${key}`)} error={error}>{(ids) => <Input.Password {...ids} autoComplete={complete} maxLength={200} value={typed[key]} onChange={({ target }) => setTyped({ ...typed, [key]: target.value })} />}</Field>
  );
  return (
    <form className="form" onSubmit={submit}>
      <input type="text" name="username" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
      {field('current', 'current-password')}{field('next', 'new-password')}{field('again', 'new-password', differ ? t('me.password.differ') : undefined)}
      <div><Button htmlType="submit" loading={save.isPending} disabled={typed.current === '' || typed.next === '' || typed.next !== typed.again}>{t('me.password.change')}</Button></div>
    </form>
  );
}

function SignOutEverywhere() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const leave = useWrite(['settings'], () => api.delete('/session/all'), { after: () => { client.clear(); go(paths.signIn()); } });
  return (
    <Popconfirm title={t('me.everywhere.sure')} okText={t('me.everywhere')} cancelText={t('settings.keep')} onConfirm={() => leave.mutate(undefined)} placement="bottomRight">
      <Button danger loading={leave.isPending}>{t('me.everywhere')}</Button>
    </Popconfirm>
  );
}

function Sessions() {
  const sessions = useQuery(sessionsQuery);
  return <Loaded query={sessions} skeleton={<Skeleton lines={3} />}>{({ rows }) => <SessionTable rows={rows} />}</Loaded>;
}

function SessionTable({ rows }: { rows: readonly OpenSession[] }) {
  const t = useT();
  const { moment } = useFormats();
  const end = useWrite(['settings'], (id: string) => api.delete(`/session/all/${id}`), { done: t('me.session.ended') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('me.sessions')}</caption>
        <thead><tr><th scope="col">{t('me.session.device')}</th><th scope="col">{t('me.session.address')}</th><th scope="col">{t('me.session.opened')}</th><th scope="col">{t('me.session.seen')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map(({ id, agent, address, createdAt, seenAt, current }) => (
            <tr key={id}>
              <td title={agent} className="phone-head">{deviceOf(agent) || t('me.session.unknown')}</td><td data-label={t('me.session.address')}>{address}</td><td data-label={t('me.session.opened')}>{moment(createdAt)}</td><td data-label={t('me.session.seen')}>{moment(seenAt)}</td>
              <td className="phone-aside">{current ? <span className="grey">{t('me.session.current')}</span> : <button type="button" className="plain link" disabled={end.isPending} onClick={() => end.mutate(id)}>{t('me.session.end')}</button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
