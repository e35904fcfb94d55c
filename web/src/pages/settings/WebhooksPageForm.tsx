import { Button, Checkbox, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { WEBHOOK_KINDS, type WebhookKind } from '../../../../src/product/core/webhookKinds.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import type { MadeWebhook, Webhook } from './webhooksQueries.ts';

type Draft = { name: string; url: string; kinds: WebhookKind[] };

/** A new subscription, or one that is changed: who listens, where, to what. */
export function WebhookForm({ webhook, onDone }: { webhook?: Webhook; onDone: (made: MadeWebhook | undefined) => void }) {
  const t = useT();
  const blank: Draft = { name: webhook?.name ?? '', url: webhook?.url ?? '', kinds: (webhook?.kinds ?? []) as WebhookKind[] };
  const [draft, setDraft] = useState(blank);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const body = { name: draft.name.trim(), url: draft.url.trim(), kinds: draft.kinds };
  const save = useWrite(['settings'],
    async () => (webhook ? void (await api.patch(`/webhooks/${webhook.id}`, body)) : api.post<MadeWebhook>('/webhooks', body)),
    { done: t(webhook ? 'settings.saved' : 'webhooks.made'), after: (made) => { if (!webhook) setDraft(blank); onDone(made ?? undefined); } },
  );
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('webhooks.name')} hint={t('webhooks.name.hint')}>{(ids) => <Input {...ids} maxLength={100} value={draft.name} onChange={({ target }) => set({ name: target.value })} />}</Field>
      <Field label={t('webhooks.url')} hint={t('webhooks.url.hint')}>{(ids) => <Input {...ids} type="url" maxLength={2_000} placeholder="https://" value={draft.url} onChange={({ target }) => set({ url: target.value })} />}</Field>
      <Field label={t('webhooks.kinds')}>{() => <Checkbox.Group className="scopes" value={draft.kinds} onChange={(kinds: WebhookKind[]) => set({ kinds })} options={WEBHOOK_KINDS.map((value) => ({ value, label: t(`webhook.kind.${value}`) }))} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={body.name === '' || body.url === '' || body.kinds.length === 0}>{t(webhook ? 'settings.save' : 'webhooks.make')}</Button></div>
    </form>
  );
}
