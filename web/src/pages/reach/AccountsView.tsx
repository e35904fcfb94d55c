import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { CHANNELS } from '../../../../src/reach/core/message.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { AccountForm } from './AccountForm.tsx';
import { Broadcasts } from './Broadcasts.tsx';
import { type Account, channelAccountsQuery, type Counts, countsQuery, LATELY_DAYS, sinceDays } from './reachQueries.ts';
import { useChannelWord, useProviderWord } from './useReason.ts';

/** Connections, a channel at a time, with what was proved of each and how it fared lately. */
export function AccountsView() {
  const t = useT();
  const may = useMay()('settings.write');
  const accounts = useQuery(channelAccountsQuery);
  const counts = useQuery(countsQuery({ from: sinceDays(LATELY_DAYS) }));
  const [open, setOpen] = useState<Account | 'new' | null>(null);
  const add = may && <Button type="primary" onClick={() => setOpen('new')}>{t('channels.add')}</Button>;
  return (
    <>
      <Loaded query={accounts} skeleton={<Skeleton lines={6} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('channels.none')} action={add || undefined}>{t('channels.none.why')}</Empty> : (
          <>
            {add && <div className="channels-add">{add}</div>}
            {CHANNELS.filter((channel) => rows.some((one) => one.channel === channel)).map((channel) => <OneChannel key={channel} channel={channel} accounts={rows.filter((one) => one.channel === channel)} counts={counts.data} onEdit={setOpen} />)}
            {!may && <p className="grey small">{t('channels.readOnly')}</p>}
          </>
        ))}
      </Loaded>
      <SidePanel open={open !== null} onClose={() => setOpen(null)} title={open && open !== 'new' ? t('channels.change.of', { name: open.name }) : t('channels.add')}>
        {open !== null && <AccountForm {...(open === 'new' ? {} : { account: open })} onDone={() => setOpen(null)} />}
      </SidePanel>
    </>
  );
}

type ChannelProps = { channel: Account['channel']; accounts: readonly Account[]; counts: Counts | undefined; onEdit: (account: Account) => void };

function OneChannel({ channel, accounts, counts, onEdit }: ChannelProps) {
  const t = useT();
  const channelWord = useChannelWord();
  const own = counts?.channels.find((one) => one.channel === channel);
  const { sent = 0, failed = 0, bounced = 0, complained = 0 } = own ?? {};
  return (
    <Section title={channelWord(channel)} note={counts && (own ? <>{t('channels.lately', { sent, failed, bounced, complained })} <Anchor to={paths.decisions({ channel })}>{t('channels.lately.see')}</Anchor></> : t('channels.lately.none'))}>
      <ul className="accounts">{accounts.map((one) => <AccountLine key={one.id} account={one} onEdit={() => onEdit(one)} />)}</ul>
    </Section>
  );
}

/** What was proved of a way to send: never more than is true. */
function Proved({ of: { sandbox, tested } }: { of: Pick<Account, 'sandbox' | 'tested'> }) {
  const t = useT();
  const key = sandbox ? 'sandbox' : (tested ?? 'gone');
  return <p className={key === 'live' ? 'grey small' : 'ochre small'}>{t(`channels.proved.${key}`)}</p>;
}

function AccountLine({ account, onEdit }: { account: Account; onEdit: () => void }) {
  const t = useT();
  const { day } = useFormats();
  const providerWord = useProviderWord();
  const { name, provider, state, pausedReason, perSecond, perDay, today, createdAt } = account;
  const said = providerWord(provider);
  return (
    <li>
      <div className="spread">
        <span><strong className="strong">{name === provider ? said : name}</strong>{name !== provider && <span className="grey"> · {said}</span>}</span>
        {state === 'on' ? <span className="accent-word">{t('channels.state.on')}</span> : <span className={pausedReason === 'staff' ? 'ochre' : 'act'}>{t('channels.state.paused', { reason: pausedReason !== null && isKnown(`channels.paused.${pausedReason}`) ? t(`channels.paused.${pausedReason}`) : (pausedReason ?? 'none') })}</span>}
      </div>
      <Proved of={account} />
      <p className="grey small">{t('channels.since', { day: day(createdAt.slice(0, 10)) })} · {perSecond === null ? t('channels.rate.free') : t('channels.rate', { count: perSecond })}{perDay !== null && <> · {t('channels.rate.day', { count: perDay })}</>}</p>
      {today && <p className="grey small">{t('channels.today', { used: today.used, most: today.most })}{today.warmUp && <> · {t('channels.warmUp.day', today.warmUp)}</>}</p>}
      <AccountActs account={account} onEdit={onEdit} />
    </li>
  );
}

type Tried = { well: boolean; code: string | null; detail: string; facts: Record<string, string | number> };

function AccountActs({ account: { id, name, state, provider }, onEdit }: { account: Account; onEdit: () => void }) {
  const t = useT();
  const may = useMay()('settings.write');
  const [tried, setTried] = useState<Tried | null>(null), [tasks, setTasks] = useState(false);
  const test = useWrite(['reach'], () => api.post<Tried>(`/reach/accounts/${id}/test`), { after: setTried });
  const turn = useWrite(['reach'], () => api.patch(`/reach/accounts/${id}`, { state: state === 'on' ? 'paused' : 'on' }), { done: t(state === 'on' ? 'channels.paused' : 'channels.resumed') });
  const remove = useWrite(['reach'], () => api.delete(`/reach/accounts/${id}`), { done: t('channels.ended') });
  if (!may) return null;
  const why = ({ code, detail, facts }: Tried): string => [code === null ? '' : isKnown(`refusal.${code}`) ? t(`refusal.${code}`, { reply: '', host: '', port: '', cause: '', ...facts }) : isKnown(`reason.${code}`) ? t(`reason.${code}`) : code, detail].filter(Boolean).join(' ');
  const asked = (label: string, sure: string, go: () => void) => <Popconfirm title={sure} okText={label} cancelText={t('settings.keep')} onConfirm={go}><button type="button" className="plain link">{label}</button></Popconfirm>;
  return (
    <>
      <div className="row account-acts">
        <button type="button" className="plain link" disabled={test.isPending} onClick={() => { setTried(null); test.mutate(undefined); }}>{t(test.isPending ? 'channels.testing' : 'channels.test')}</button>
        {state === 'on' ? asked(t('channels.pause'), t('channels.pause.sure', { name }), () => turn.mutate(undefined)) : <button type="button" className="plain link" disabled={turn.isPending} onClick={() => turn.mutate(undefined)}>{t('channels.resume')}</button>}
        <button type="button" className="plain link" onClick={onEdit}>{t('channels.change')}</button>
        {asked(t('channels.end'), t('channels.end.sure', { name }), () => remove.mutate(undefined))}
        {provider === 'wecom' && <button type="button" className="plain link" aria-expanded={tasks} onClick={() => setTasks(!tasks)}>{t('channels.broadcasts')}</button>}
      </div>
      {tasks && <Broadcasts account={id} />}
      <div aria-live="polite">{tried && <Notice tone={tried.well ? 'note' : 'warn'}>{tried.well ? t('channels.tested.well') : t('channels.tested.ill', { why: why(tried) })}</Notice>}</div>
    </>
  );
}
