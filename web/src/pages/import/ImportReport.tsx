import type { z } from 'zod';
import type { importReportShape } from '../../../../src/collect/contract.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import type { ImportView } from './importQueries.ts';
import { noteSentence, rejectSentence } from './Refused.tsx';

type Report = z.infer<typeof importReportShape>;

/** What came of an import: lines, orders, people, money; what was put aside and why; and the three pages to look at now. */
export function ImportReport({ one, report }: { one: ImportView; report: Report }) {
  const t = useT();
  const { count, money, day } = useFormats();
  const { orders, customers, refunds, lines, events, costs } = report;
  const fate = ({ added, updated, unchanged }: Report['orders']) => t('imports.fate', { added, updated, unchanged });
  const undone = one.status === 'undone';
  const others = [['line', lines], ['event', events], ['cost', costs]] as const;
  return (
    <>
      {report.unchanged && !undone && <Notice>{t('imports.unchanged')}</Notice>}
      {!undone && !report.unchanged && one.status === 'finished' && (
        <p className="next-steps">{t('imports.next')} <Anchor className="link-button" to={paths.reconcile()}>{t('imports.next.reconcile')}</Anchor> <Anchor to={paths.lifecycle()}>{t('imports.next.lifecycle')}</Anchor>{report.rowsQuarantined > 0 && <> · <Anchor to={paths.quality({ import: one.id })}>{t('imports.next.quarantine', { count: report.rowsQuarantined })}</Anchor></>}</p>
      )}
      <Figures>
        <KeyFigure label={t('imports.report.read')} value={count(report.rowsRead)} note={report.rowsBlank > 0 ? t('imports.report.blank', { count: report.rowsBlank }) : undefined} />
        <KeyFigure label={t('imports.report.accepted')} value={count(report.rowsAccepted)} note={report.from ? `${day(report.from)} – ${day(report.to)}` : undefined} />
        <KeyFigure label={t('imports.report.quarantined')} value={count(report.rowsQuarantined)} note={report.rowsQuarantined > 0 ? <Anchor to={paths.quality({ import: one.id })}>{t('imports.report.fix')}</Anchor> : t('imports.report.none')} />
        <KeyFigure label={t('imports.report.orders')} value={count(orders.added + orders.updated + orders.unchanged)} note={fate(orders)} />
        <KeyFigure label={t('imports.report.customers')} value={count(customers.seen)} note={t('imports.report.created', { count: customers.created })} />
        <KeyFigure label={t('imports.report.refunds')} value={count(refunds.added + refunds.updated + refunds.unchanged)} note={fate(refunds)} />
        <KeyFigure label={t('imports.report.net')} value={money(report.netMinor, report.currency)} note={t('imports.report.net.note')} />
        <KeyFigure label={t('imports.report.pace')} value={t('imports.report.seconds', { seconds: Math.max(1, Math.round(report.elapsedMs / 1000)) })} note={t('kit.progress.rate', { rate: report.rowsPerSecond })} />
      </Figures>
      <p className="grey small also">{others.filter(([, { added, updated, unchanged }]) => added + updated + unchanged > 0).map(([role, fates]) => `${t(`import.role.${role}`)}: ${fate(fates)}`).join(' · ')}</p>
      {report.rowsQuarantined > 0 && <Quarantined one={one} report={report} />}
      <Noticed notes={report.notes} />
    </>
  );
}

function Quarantined({ one, report }: { one: ImportView; report: Report }) {
  const t = useT();
  const { count } = useFormats();
  const rows = Object.entries(report.quarantinedBy).sort(([, a], [, b]) => b - a);
  return (
    <Section title={t('imports.quarantined.title', { count: report.rowsQuarantined })} note={t('imports.quarantined.note')}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <caption className="unseen">{t('imports.refused.caption')}</caption>
          <thead><tr><th scope="col" className="number">{t('imports.refused.rows')}</th><th scope="col">{t('imports.refused.why')}</th></tr></thead>
          <tbody>{rows.map(([code, many]) => <tr key={code}><td className="number">{count(many)}</td><td className="wrap"><Anchor to={paths.quality({ import: one.id, code })}>{reasonName(t, code)}</Anchor></td></tr>)}</tbody>
        </table>
      </div>
    </Section>
  );
}

/** What a reason takes of one row, left open. */
export const BLANKS = { value: '…', word: '…', currency: '…', kind: '…', time: '…', pointer: '…', cells: 0, columns: 0, bytes: 0, most: 0 };
/** A reason by itself, with no one row's value in it. */
export const reasonName = (t: ReturnType<typeof useT>, code: string): string => (code === 'row.too_wide' ? t('imports.reason.too_wide') : rejectSentence(t, code, BLANKS));

function Noticed({ notes }: { notes: Readonly<Record<string, number>> }) {
  const t = useT();
  const told = Object.entries(notes).filter(([code, many]) => many > 0 && code !== 'row.blank');
  if (told.length === 0) return null;
  return <Section title={t('imports.noticed')}><ul className="notes">{told.map(([code, many]) => <li key={code}>{noteSentence(t, code, many)}</li>)}</ul></Section>;
}
