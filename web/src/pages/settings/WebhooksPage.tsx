import { useQuery } from '@tanstack/react-query';
import { Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import { Deliveries, useWhy } from './WebhooksPageDeliveries.tsx';
import { WebhookForm } from './WebhooksPageForm.tsx';
import { type Delivery, type MadeWebhook, type Webhook, webhooksQuery } from './webhooksQueries.ts';
import './settings.css';
import './webhooks.css';

type Opened = { id: string; as: 'deliveries' | 'edit' };

/** Other programs that are told what happens here: who, of what, how it goes, and what was sent. */
export default function WebhooksPage() {
  const t = useT();
  const webhooks = useQuery(webhooksQuery);
  // Where its button was, so that it is seen: it is shown this once.
  const [secret, setSecret] = useState<MadeWebhook | null>(null);
  const [isNew, setNew] = useState(false);
  const [open, setOpen] = useState<Opened | null>(null);
  const shownOnce = secret && <SecretOnce label={t('webhooks.secret')} secret={secret.secret} onClose={() => setSecret(null)} />;
  const shown = webhooks.data?.rows.find(({ id }) => id === open?.id);
  return (
    <Page title={t('nav.settings.webhooks')} lead={<>{t('webhooks.lead')} <a href={paths.reference()}>{t('webhooks.reference')}</a></>}>
      <Loaded query={webhooks} skeleton={<Skeleton lines={3} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('webhooks.none')} /> : <ul className="webhooks">{rows.map((one) => <Line key={one.id} webhook={one} secret={!isNew && secret?.webhook.id === one.id && shownOnce} onOpen={(as) => setOpen({ id: one.id, as })} onSecret={(made) => { setNew(false); setSecret(made); }} />)}</ul>)}
      </Loaded>
      <Section title={t('webhooks.new')}><WebhookForm onDone={(made) => { setNew(true); setSecret(made ?? null); }} />{isNew && shownOnce}</Section>
      {shown && open && (
        <SidePanel open onClose={() => setOpen(null)} title={`${shown.name} · ${t(open.as === 'edit' ? 'webhooks.edit' : 'webhooks.deliveries')}`}>
          {open.as === 'edit' ? <WebhookForm webhook={shown} onDone={() => setOpen(null)} /> : <Deliveries webhook={shown} />}
        </SidePanel>
      )}
    </Page>
  );
}

type ActsProps = { webhook: Webhook; onOpen: (as: Opened['as']) => void; onSecret: (made: MadeWebhook) => void };
type LineProps = ActsProps & { secret: ReactNode };

function Line({ webhook, secret, onOpen, onSecret }: LineProps) {
  const t = useT();
  const { moment } = useFormats();
  const { name, url, kinds, formerUntil, delivered, failed, waiting } = webhook;
  return (
    <li>
      <div className="spread"><strong>{name}</strong><StateWords of={webhook} /></div>
      <code className="webhook-url">{url}</code>
      <p className="small">{kinds.map((kind) => t(`webhook.kind.${kind}`)).join(' · ')}</p>
      <p className="grey small">{t('webhooks.sent', { delivered, failed, waiting })}{formerUntil && <> · {t('webhooks.former', { at: moment(formerUntil) })}</>}</p>
      <Acts webhook={webhook} onOpen={onOpen} onSecret={onSecret} />
      {secret}
    </li>
  );
}

function StateWords({ of: { state, pausedReason, pausedAt, failingSince } }: { of: Webhook }) {
  const t = useT();
  const { moment } = useFormats();
  if (state === 'paused') return <span className={pausedReason === 'staff' ? 'ochre' : 'act'}>{t(`webhooks.paused.${pausedReason ?? 'staff'}`, { at: moment(pausedAt) })}</span>;
  return failingSince ? <span className="ochre">{t('webhooks.state.failing', { at: moment(failingSince) })}</span> : <span className="grey">{t('webhooks.state.on')}</span>;
}

function Acts({ webhook, onOpen, onSecret }: ActsProps) {
  const t = useT();
  const toast = useToast();
  const why = useWhy();
  const { id, name, url, state } = webhook;
  const test = useWrite(['settings'], () => api.post<Delivery>(`/webhooks/${id}/test`), { after: ({ state: became, attempts: [attempt] }) => {
    if (became === 'delivered') toast.done(t('webhooks.tested.delivered', { status: attempt?.status ?? 0, ms: attempt?.elapsedMs ?? 0 }));
    else setFault(attempt ? t('webhooks.tested.failed', { why: why(attempt, url) }) : '');
  } });
  const [fault, setFault] = useState('');
  const pause = useWrite(['settings'], () => api.post(`/webhooks/${id}/${state === 'on' ? 'pause' : 'resume'}`), { done: t('settings.saved') });
  const renew = useWrite(['settings'], () => api.post<MadeWebhook>(`/webhooks/${id}/secret`), { after: onSecret });
  const remove = useWrite(['settings'], () => api.delete(`/webhooks/${id}`), { done: t('settings.removed') });
  const link = (label: string, act: () => void, busy = false) => <button type="button" className="plain link" disabled={busy} onClick={act}>{label}</button>;
  const asked = (act: 'pause' | 'renew' | 'remove', sure: string, go: () => void) => <Popconfirm title={sure} okText={t(`webhooks.${act}`)} cancelText={t('settings.keep')} onConfirm={go}><button type="button" className="plain link">{t(`webhooks.${act}`)}</button></Popconfirm>;
  return (
    <>
      <div className="row webhook-acts">
        {link(t('webhooks.deliveries'), () => onOpen('deliveries'))}
        {link(t('webhooks.test'), () => { setFault(''); test.mutate(undefined); }, test.isPending)}
        {state === 'on'
          ? asked('pause', t('webhooks.pause.sure', { name }), () => pause.mutate(undefined))
          : link(t('webhooks.resume'), () => pause.mutate(undefined), pause.isPending)}
        {link(t('webhooks.edit'), () => onOpen('edit'))}
        {asked('renew', t('webhooks.renew.sure'), () => renew.mutate(undefined))}
        {asked('remove', t('webhooks.remove.sure', { name }), () => remove.mutate(undefined))}
      </div>
      {fault && <Notice tone="warn">{fault}</Notice>}
    </>
  );
}
