import { useState } from 'react';
import { MESSAGE_STATES } from '../../../../src/product/core/webhookKinds.ts';
import { api, type Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Pager } from '../../ui/DataTable.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import type { Delivery, Webhook } from './webhooksQueries.ts';

const PAGE_SIZE = 20;
const ALL = 'all';

/** Why an attempt came to nothing, in words; the answer's status where there was one. */
export function useWhy(): (attempt: Pick<Delivery['attempts'][number], 'status' | 'code'>, url: string) => string {
  const t = useT();
  return ({ status, code }, url) => {
    if (status !== null) return `HTTP ${status}`;
    const host = URL.canParse(url) ? new URL(url).hostname : url;
    return code && isKnown(`refusal.${code}`) ? t(`refusal.${code}`, { host, cause: code.split('.').at(-1) ?? '', port: '' }) : (code ?? '');
  };
}

/** What was told an address, the newest first: every attempt, its answer, the text itself; each can be sent again. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const [state, setState] = useState<string>(ALL);
  const pages = usePages(['settings', 'webhooks', webhook.id, state], (cursor, signal) => api.get<Paged<Delivery>>(`/webhooks/${webhook.id}/deliveries`, { limit: PAGE_SIZE, ...(state === ALL ? {} : { state }), ...(cursor ? { cursor } : {}) }, signal));
  return (
    <div className="stack">
      <Choices label={t('webhooks.state')} value={state} onChoose={setState} options={[{ key: ALL, label: t('webhooks.all') }, ...MESSAGE_STATES.map((key) => ({ key, label: t(`webhooks.message.${key}`) }))]} />
      <Loaded query={pages.query} skeleton={<Skeleton lines={6} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('webhooks.deliveries.none')} /> : (
          <>
            <ul className="deliveries">{rows.map((one) => <DeliveryLine key={one.id} webhook={webhook} delivery={one} />)}</ul>
            <Pager pages={pages} size={PAGE_SIZE} />
          </>
        ))}
      </Loaded>
    </div>
  );
}

const TONES = { waiting: 'ochre', delivered: 'grey', failed: 'act' } as const;

function DeliveryLine({ webhook, delivery: { id, kind, at, state, nextAt, body, attempts } }: { webhook: Webhook; delivery: Delivery }) {
  const t = useT();
  const { moment } = useFormats();
  const why = useWhy();
  const resend = useWrite(['settings'], () => api.post(`/webhooks/${webhook.id}/deliveries/${id}/resend`), { done: t('webhooks.resent') });
  return (
    <li>
      <div className="spread">
        <span><strong>{t(`webhook.kind.${kind}`)}</strong> <span className="grey small nowrap">{moment(at)}</span></span>
        <span className="row"><span className={TONES[state]}>{t(`webhooks.message.${state}`)}</span>{webhook.state === 'on' && state !== 'waiting' && <button type="button" className="plain link" disabled={resend.isPending} onClick={() => resend.mutate(undefined)}>{t('webhooks.resend')}</button>}</span>
      </div>
      {nextAt && <p className="grey small">{t('webhooks.next', { at: moment(nextAt) })}</p>}
      <ol className="attempts small">
        {attempts.map((attempt) => (
          <li key={attempt.number}><span>{t('webhooks.attempt', { number: attempt.number })}</span> <span className="grey">{moment(attempt.at)} · {t('webhooks.took', { ms: attempt.elapsedMs })}</span> <span>{why(attempt, webhook.url)}</span>{attempt.answer && <code className="answer">{attempt.answer}</code>}</li>
        ))}
      </ol>
      <details className="small"><summary>{t('webhooks.body')} · <code>{id}</code></summary><pre className="answer">{body}</pre></details>
    </li>
  );
}
