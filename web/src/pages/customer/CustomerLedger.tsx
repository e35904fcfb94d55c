import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { LINES } from '../../../../src/lifecycle/core/money/ledger.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Figures } from '../../ui/Page.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type CustomerLedger as Ledger, customerLedgerQuery, type EntriesReply, entriesQuery, type ValueScore, valueScoreQuery } from '../value/moneyQueries.ts';
import { spent } from '../value/useKeyName.ts';

type Line = (typeof LINES)[number];

/** What one customer brought and cost, line by line down to the entries, what is expected still, and how they score. */
export function CustomerLedger({ id }: { id: string }) {
  const ledger = useQuery(customerLedgerQuery(id));
  // A standing among all buyers takes longest, and nobody waits for it.
  const score = useQuery({ ...valueScoreQuery(id), enabled: ledger.isSuccess });
  return <Loaded query={ledger} skeleton={<Skeleton height={120} />}>{(data) => <Told id={id} ledger={data} score={score.data} />}</Loaded>;
}

function Told({ id, ledger, score }: { id: string; ledger: Ledger; score: ValueScore | undefined }) {
  const t = useT();
  const [open, setOpen] = useState<Line | null>(null);
  const { money, moneyRound, month } = useFormats();
  const currency = useCurrency();
  const sums: Record<Line, number> = { revenue: ledger.revenueMinor, acquisition: spent(ledger.acquisitionMinor), maintenance: spent(ledger.maintenanceMinor) };
  const { expected, indirect } = ledger;
  return (
    <>
      <table className="data compact">
        <caption className="unseen">{t('money.ledger.title')}</caption>
        <tbody>
          {LINES.map((line) => <tr key={line}><th scope="row"><button type="button" className="plain link" onClick={() => setOpen(line)}>{t(`money.line.${line}`)}</button></th><td className="number">{money(sums[line], currency)}</td></tr>)}
          <tr><th scope="row"><strong>{t('money.value')}</strong></th><td className="number"><strong>{money(ledger.valueMinor, currency)}</strong></td></tr>
          {expected && <tr><th scope="row">{t('money.expected')}</th><td className="number">{moneyRound(expected.valueMinor, currency)} <span className="grey small">{moneyRound(expected.lowMinor, currency)} – {moneyRound(expected.highMinor, currency)}</span></td></tr>}
          {indirect.broughtCustomers > 0 && <tr><th scope="row">{t('money.referral.indirect')}</th><td className="number">{money(indirect.indirectMinor, currency)} <span className="grey small">{t('money.people', { count: indirect.broughtCustomers })}</span></td></tr>}
        </tbody>
      </table>
      {ledger.firstMonth !== '' && <p className="grey small">{t('money.came', { month: month(ledger.firstMonth), channel: ledger.channel || t('money.channel.none') })}</p>}
      {score && <ScoreTold score={score} />}
      <SidePanel open={open !== null} onClose={() => setOpen(null)} title={open ? t(`money.line.${open}`) : ''}>{open && <Entries id={id} line={open} />}</SidePanel>
    </>
  );
}

/** The value score as the sum of its parts (R32). */
function ScoreTold({ score: { score, parts, measures } }: { score: ValueScore }) {
  const t = useT();
  const { decimal, count, percent } = useFormats();
  if (score === null) return null;
  return (
    <Figures quiet><KeyFigure
      label={t('money.score')} value={decimal(score)} note={parts.map(({ key, points }) => `${t(`money.dimension.${key}`)} ${decimal(points)}`).join(' + ')}
      why={{ definition: <ul className="plain-list">{[...parts.map(({ key, value, weight, points }) => <li key={key}>{t('money.score.part', { name: t(`money.dimension.${key}`), value: decimal(value), weight: percent(weight, 0), points: decimal(points) })}</li>), ...measures.map(({ key, standing }) => <li key={key} className="grey">{t('money.score.standing', { name: t(`money.measure.${key}`), standing: count(Math.round(standing)) })}</li>)]}</ul> }}
    /></Figures>
  );
}

type Entry = EntriesReply['rows'][number];

/** The entries a line is made of, newest first, each with the document it comes from. */
function Entries({ id, line }: { id: string; line: Line }) {
  const t = useT();
  const { day, money } = useFormats();
  const currency = useCurrency();
  const query = useInfiniteQuery(entriesQuery(id, line));
  const sign = line === 'revenue' ? 1 : -1;
  const rows = query.data?.pages.flatMap((page) => page.rows);
  if (!rows) return <Skeleton lines={8} />;
  if (rows.length === 0) return <p className="grey">{t('money.entries.none')}</p>;
  return (
    <>
      <table className="data compact">
        <tbody>{rows.map((entry, at) => <tr key={`${entry.document}${at}`}><td className="nowrap">{day(entry.day)}</td><td className="wrap"><About entry={entry} /></td><td className="number">{money(sign * entry.effectMinor, currency)}</td></tr>)}</tbody>
      </table>
      {query.hasNextPage && <div className="pager"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('money.more')}</Button></div>}
    </>
  );
}

function About({ entry: { form, kind, document, shop, channel, shared } }: { entry: Entry }) {
  const t = useT();
  const { money, count } = useFormats();
  const currency = useCurrency();
  return (
    <>
      <div>{t(form === 'cost' || form === 'share' ? `money.kind.${kind}` : `money.form.${form}`)} <span className="grey small">{[document || t('money.entries.otherShop'), shop, channel].filter(Boolean).join(' · ')}</span></div>
      {shared && <div className="grey small">{t(`money.share.${shared.base}`, { bill: money(shared.billMinor, currency), heads: count(shared.heads), each: money(shared.eachMinor, currency), units: shared.units })}</div>}
    </>
  );
}
