import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { DecisionWords, MessageWords, PersonName, ReceiptWord } from './DecisionWords.tsx';
import { type Decision, decisionQuery, useSourceWords } from './reachQueries.ts';
import { useChannelWord, useReasonName } from './useReason.ts';

/** One line of the ledger with all its facts, and what was heard back of it. */
export function DecisionPanel({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useT();
  const { moment } = useFormats();
  const line = useQuery({ ...decisionQuery(id ?? ''), enabled: id !== null });
  return (
    <SidePanel open={id !== null} onClose={onClose} title={t('decisions.message')}>
      <Loaded query={line} skeleton={<Skeleton lines={8} />}>
        {(data) => (
          <div className="stack">
            <div className="spread"><Anchor to={paths.customer(data.customer)} className="strong"><PersonName of={data} /></Anchor><Anchor to={paths.decisions({ customer: data.customer, period: 'all' })} onClick={onClose}>{t('decisions.of.person')}</Anchor></div>
            <MessageWords of={data} />
            <p className="decision-answer"><DecisionWords of={data} /></p>
            <Facts line={data} />
            <PutOff of={data} />
            <h3>{t('decisions.receipts')}</h3>
            {data.receipts.length === 0 ? <p className="grey">{t('decisions.receipts.none')}</p> : (
              <ol className="receipts">
                {data.receipts.map(({ kind, at, code, url }) => <li key={`${kind} ${at} ${url}`}><span className="grey nowrap">{moment(at)}</span><span><ReceiptWord of={kind} />{code && <span className="grey"> · {isKnown(`reason.${code}`) ? t(`reason.${code}`) : code}</span>}{url && <span className="grey small receipt-url">{url}</span>}</span></li>)}
              </ol>
            )}
          </div>
        )}
      </Loaded>
    </SidePanel>
  );
}

/** Each time it was put off, and why: what stays when it was sent in the end. */
function PutOff({ of: { history } }: { of: Pick<Decision, 'history'> }) {
  const t = useT();
  const { moment } = useFormats();
  const reasonName = useReasonName();
  if (history.length === 0) return null;
  return (
    <>
      <h3>{t('decisions.history')}</h3>
      <ol className="receipts">{history.map(({ at, reason, until }) => <li key={`${at} ${reason}`}><span className="grey nowrap">{moment(at)}</span><span>{reasonName(reason)} <span className="grey">{t('decisions.history.until', { until: moment(until) })}</span></span></li>)}</ol>
    </>
  );
}

function Facts({ line }: { line: Decision }) {
  const t = useT();
  const { moment, count } = useFormats();
  const channelWord = useChannelWord();
  const sourceWords = useSourceWords();
  const { source, purpose, asked, dueAt, expiresAt, decidedAt, nextAt, sentAt, attempts, provider, variant, language, blocks, personalised, facts, id } = line;
  const said = typeof facts['detail'] === 'string' ? facts['detail'] : '';
  const rows: [string, ReactNode][] = [
    ['wanted', sourceWords(source)], ['step', source.kind === 'journey' ? '' : source.step], ['purpose', t(`message.purpose.${purpose}`)], ['asked', channelWord(asked)], ['due', moment(dueAt)], ['expires', expiresAt && moment(expiresAt)],
    ['decided', decidedAt && moment(decidedAt)], ['next', nextAt && moment(nextAt)], ['sent', sentAt && moment(sentAt)], ['attempts', attempts > 0 ? count(attempts) : ''], ['provider', provider && (isKnown(`channels.provider.${provider}`) ? t(`channels.provider.${provider}`) : provider)],
    ['text', [variant, language && (isKnown(`templates.language.${language}`) ? t(`templates.language.${language}`) : language)].filter(Boolean).join(' · ')], ['blocks', Object.entries(blocks ?? {}).map(([key, version]) => `${key} · ${t('templates.version', { version })}`).join(', ')], ['personal', personalised === null ? '' : t(personalised ? 'kit.yes' : 'kit.no')], ['said', said], ['number', <code key="id" className="small">{id}</code>],
  ];
  return <dl className="pairs">{rows.filter(([, value]) => value).map(([key, value]) => <div key={key}><dt className="grey">{t(`decisions.detail.${key}`)}</dt><dd>{value}</dd></div>)}</dl>;
}
