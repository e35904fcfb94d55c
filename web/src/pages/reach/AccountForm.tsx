import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, Fragment, useState } from 'react';
import { CHANNELS, type ChannelName } from '../../../../src/reach/core/message.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { DkimKey, VapidKeys } from './NewKeys.tsx';
import { type Account, type Provider, providersQuery } from './reachQueries.ts';
import { configOf, halfFilled, type Schema, type Setting, settingsOf, type Values } from './settingsForm.ts';
import { SettingField, useGroupWord } from './SettingField.tsx';
import { useChannelWord, useProviderWord } from './useReason.ts';

/** A new connection, or one that is changed: what there is to fill in is what its provider declares. */
export function AccountForm({ account, onDone }: { account?: Account; onDone: () => void }) {
  const providers = useQuery(providersQuery);
  return <Loaded query={providers} skeleton={<Skeleton lines={8} />}>{({ rows }) => <Form providers={rows} {...(account ? { account } : {})} onDone={onDone} />}</Loaded>;
}

/** Speed and warming up are looked for by whoever keeps a sender's name good; what is not needed stands behind a word. */
const FIRST = /^(?:host|port|security|user|password|from\.|replyTo|failed|pending|assignee)/;
const PACE = /^(?:warmUp\.|rate$|rates$|connections$|perConnection$)/;
const PARTS = ['first', 'pace', 'more'] as const;
const partOf = ({ path, required }: Setting): (typeof PARTS)[number] => (required || FIRST.test(path) ? 'first' : PACE.test(path) ? 'pace' : 'more');

type FormProps = { providers: readonly Provider[]; account?: Account; onDone: () => void };

function Form({ providers, account, onDone }: FormProps) {
  const t = useT();
  const channelWord = useChannelWord();
  const providerWord = useProviderWord();
  const real = providers.find(({ sandbox }) => !sandbox) ?? providers[0];
  const [chosen, setChosen] = useState<{ channel: ChannelName; provider: string }>({ channel: account?.channel ?? real?.channel ?? 'email', provider: account?.provider ?? real?.name ?? '' });
  const [name, setName] = useState(account?.name ?? ''), [perSecond, setPerSecond] = useState(account?.perSecond ? String(account.perSecond) : ''), [perDay, setPerDay] = useState(account?.perDay ? String(account.perDay) : ''), [values, setValues] = useState<Values>({});
  const here = providers.filter(({ channel }) => channel === chosen.channel), provider = here.find((one) => one.name === chosen.provider);
  const settings = provider ? settingsOf(provider.config as Schema) : [];
  const pick = (channel: ChannelName, of = providers.find((one) => one.channel === channel && !one.sandbox) ?? providers.find((one) => one.channel === channel)) => { setChosen({ channel, provider: of?.name ?? '' }); setValues({}); };
  const config = configOf(settings, values), half = halfFilled(settings, values);
  const missing = account === undefined && settings.some(({ path, required }) => required && !values[path]?.length);
  const body = { name: name.trim(), perSecond: perSecond === '' ? null : Number(perSecond), perDay: perDay === '' ? null : Number(perDay) };
  const save = useWrite(['reach'], () => (account ? api.patch(`/reach/accounts/${account.id}`, { ...body, ...(Object.keys(config).length > 0 ? { config } : {}) }) : api.post('/reach/accounts', { ...body, ...chosen, config })), { done: t(account ? 'channels.saved' : 'channels.added'), after: onDone });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form account-form" onSubmit={submit} autoComplete="off">
      {!account && (
        <>
          <Field label={t('decisions.channel')}>{(ids) => <select {...ids} className="input" value={chosen.channel} onChange={({ target }) => pick(target.value as ChannelName)}>{CHANNELS.filter((channel) => providers.some((one) => one.channel === channel)).map((channel) => <option key={channel} value={channel}>{channelWord(channel)}</option>)}</select>}</Field>
          <Field label={t('channels.provider')} hint={provider && t(`channels.proved.${provider.sandbox ? 'sandbox' : provider.tested}`)}>{(ids) => <select {...ids} className="input" value={chosen.provider} onChange={({ target }) => pick(chosen.channel, here.find((one) => one.name === target.value))}>{here.map((one) => <option key={one.name} value={one.name}>{providerWord(one.name)}</option>)}</select>}</Field>
        </>
      )}
      <Field label={t('channels.name')} hint={t('channels.name.hint')}>{(ids) => <Input {...ids} maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      {account && <Notice>{t('channels.kept')}</Notice>}
      {PARTS.map((part) => <Part key={part} part={part} provider={chosen.provider} settings={settings.filter((one) => partOf(one) === part)} values={values} set={setValues} isNew={!account} />)}
      <Field label={t('channels.perSecond')} hint={t('channels.perSecond.hint')}>{(ids) => <Input {...ids} type="number" min={1} max={10_000} value={perSecond} onChange={({ target }) => setPerSecond(target.value)} />}</Field>
      <Field label={t('channels.perDay')} hint={t('channels.perDay.hint')}>{(ids) => <Input {...ids} type="number" min={1} max={10_000_000} value={perDay} onChange={({ target }) => setPerDay(target.value)} />}</Field>
      {half.length > 0 && <HalfFilled groups={half} />}
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={body.name === '' || missing || half.length > 0 || !provider}>{t(account ? 'channels.save' : 'channels.add')}</Button></div>
    </form>
  );
}

type PartProps = { part: (typeof PARTS)[number]; provider: string; settings: readonly Setting[]; values: Values; set: (values: Values) => void; isNew: boolean };

function Part({ part, provider, settings, values, set, isNew }: PartProps) {
  const t = useT();
  if (settings.length === 0) return null;
  const fields = settings.map((setting) => (
    <Fragment key={setting.path}>
      <SettingField provider={provider} setting={setting} value={values[setting.path]} isNew={isNew} onChange={(value) => set({ ...values, [setting.path]: value })} />
      {provider === 'web-push' && setting.path === 'privateKey' && <VapidKeys onMade={(keys) => set({ ...values, ...keys })} />}
      {setting.path === 'dkim.privateKey' && <DkimKey domain={String(values['dkim.domain'] ?? '')} selector={String(values['dkim.selector'] ?? '')} onMade={(key) => set({ ...values, 'dkim.privateKey': key })} />}
    </Fragment>
  ));
  if (part === 'first') return <>{fields}</>;
  return (
    <details className="account-part">
      <summary>{t(`channels.part.${part}`)}</summary>
      <div className="form">
        <p className="grey small">{t(`channels.part.${part}.note`)}</p>
        {fields}
      </div>
    </details>
  );
}

function HalfFilled({ groups }: { groups: readonly string[] }) {
  const t = useT();
  const groupWord = useGroupWord();
  return <p className="ochre small" role="alert">{t('channels.half', { groups: groups.map(groupWord).join(' · ') })}</p>;
}
