import { Button, Input, Popconfirm, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ROLE_PERMISSIONS, STAFF_ROLES } from '../../../../src/kernel/access/permissions.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useData, useMay, useSession } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { invitationsQuery, type Member, membersQuery } from './settingsQueries.ts';
import { SecretOnce } from './SecretOnce.tsx';
import './settings.css';

export default function MembersPage() {
  const t = useT();
  const may = useMay();
  const members = useQuery(membersQuery);
  return (
    <Page title={t('nav.settings.members')} lead={t('settings.members.lead')}>
      <Loaded query={members} skeleton={<Skeleton lines={4} />}>{({ rows }) => <Members rows={rows} />}</Loaded>
      {may('members.write') && <Section title={t('settings.invite')} note={t('settings.invite.note')}><Invite /></Section>}
      <Section title={t('settings.invitations')}><Invitations /></Section>
      <Section title={t('settings.roles')} note={t('settings.roles.note')}><Roles /></Section>
    </Page>
  );
}

function Members({ rows }: { rows: readonly Member[] }) {
  const t = useT();
  const may = useMay();
  const { user } = useSession();
  const { moment } = useFormats();
  const change = useWrite(['settings'], ({ userId, role }: { userId: string; role: string }) => api.patch(`/members/${userId}`, { role }), { done: t('settings.saved') });
  const remove = useWrite(['settings'], (userId: string) => api.delete(`/members/${userId}`), { done: t('settings.removed') });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <thead><tr><th scope="col">{t('settings.person')}</th><th scope="col">{t('settings.role')}</th><th scope="col">{t('settings.shops')}</th><th scope="col">{t('settings.since')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
        <tbody>
          {rows.map(({ userId, name, email, role, shops, joinedAt }) => (
            <tr key={userId}>
              <td className="phone-head">{name || email}{name && <span className="grey"> · {email}</span>}</td>
              <td data-label={t('settings.role')}>{may('members.write') && userId !== user?.id
                ? <Select size="small" className="role-choice" aria-label={t('settings.role.of', { name: name || email })} value={role} onChange={(next) => change.mutate({ userId, role: next })} options={STAFF_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
                : t(`role.${role}`)}</td>
              <td data-label={t('settings.shops')}>{shops.length === 0 ? t('settings.shops.all') : shops.join(' · ')}</td>
              <td className="nowrap" data-label={t('settings.since')}>{moment(joinedAt)}</td>
              <td>{may('members.write') && userId !== user?.id && <Popconfirm title={t('settings.remove.sure', { name: name || email })} okText={t('settings.remove')} cancelText={t('settings.keep')} onConfirm={() => remove.mutate(userId)}><button type="button" className="plain link">{t('settings.remove')}</button></Popconfirm>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** No mail is sent: the link is shown once, to be handed over by whoever invites. */
function Invite() {
  const t = useT();
  const { shops } = useData();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('operator');
  const [own, setOwn] = useState<string[]>([]);
  const [link, setLink] = useState('');
  const invite = useWrite(['settings'], () => api.post<{ token: string }>('/invitations', { email, role, shops: own }), { after: ({ token }) => { setLink(`${location.origin}/invitation/${token}`); setEmail(''); } });
  const submit = (event: FormEvent) => { event.preventDefault(); invite.mutate(undefined); };
  return (
    <>
      <form className="row settings-form" onSubmit={submit}>
        <Field label={t('settings.email')}>{(ids) => <Input {...ids} type="email" value={email} onChange={({ target }) => setEmail(target.value)} />}</Field>
        <Field label={t('settings.role')}>{(ids) => <Select {...ids} className="role-choice" value={role} onChange={setRole} options={STAFF_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />}</Field>
        {shops.length > 1 && <Field label={t('settings.shops')}>{(ids) => <Select {...ids} mode="multiple" className="shops-choice" placeholder={t('settings.shops.all')} value={own} onChange={setOwn} options={shops.map(({ key, name }) => ({ value: key, label: name }))} />}</Field>}
        <Button type="primary" htmlType="submit" loading={invite.isPending} disabled={!email.includes('@')}>{t('settings.invite')}</Button>
      </form>
      {link && <SecretOnce label={t('settings.invite.link')} secret={link} onClose={() => setLink('')} />}
    </>
  );
}

function Invitations() {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const invitations = useQuery(invitationsQuery);
  const withdraw = useWrite(['settings'], (id: string) => api.delete(`/invitations/${id}`), { done: t('settings.withdrawn') });
  return (
    <Loaded query={invitations} skeleton={<Skeleton lines={2} />}>
      {({ rows }) => rows.length === 0 ? <p className="grey">{t('settings.invitations.none')}</p> : (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact">
            <thead><tr><th scope="col">{t('settings.email')}</th><th scope="col">{t('settings.role')}</th><th scope="col">{t('settings.expires')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
            <tbody>{rows.map(({ id, email, role, expiresAt }) => <tr key={id}><td>{email}</td><td>{t(`role.${role}`)}</td><td>{moment(expiresAt)}</td><td>{may('members.write') && <button type="button" className="plain link" onClick={() => withdraw.mutate(id)}>{t('settings.withdraw')}</button>}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </Loaded>
  );
}

/** What each role may do, from the very table the server asks. */
function Roles() {
  const t = useT();
  const permissions = [...new Set(STAFF_ROLES.flatMap((role) => ROLE_PERMISSIONS[role]))];
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact roles">
        <thead><tr><th scope="col">{t('settings.permission')}</th>{STAFF_ROLES.map((role) => <th key={role} scope="col">{t(`role.${role}`)}</th>)}</tr></thead>
        <tbody>{permissions.map((permission) => <tr key={permission}><th scope="row">{t(`permission.${permission}`)}</th>{STAFF_ROLES.map((role) => <td key={role}>{ROLE_PERMISSIONS[role].includes(permission) ? <span>✓<span className="unseen"> {t('settings.yes')}</span></span> : <span className="unseen">{t('settings.no')}</span>}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
