import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { ApiError } from '../../lib/api.ts';
import { sentenceOf } from '../../lib/problem.ts';
import type { Speak } from '../../lib/language.tsx';
import type { ImportView } from './importQueries.ts';

/** What stopped an import, as a sentence that says what to do. */
export const problemSentence = (t: Speak, { code, facts }: { code: string; facts: Record<string, unknown> }): string => sentenceOf(t, new ApiError({ status: 400, code, facts: { detail: '', ...facts } }));

/** What came of an import, in one line. */
export function ReportLine({ one: { report, problem, progress, status } }: { one: ImportView }) {
  const t = useT();
  const { money, percent } = useFormats();
  if (problem && status === 'failed') return <span className="report-line ochre">{problemSentence(t, problem)}</span>;
  if (status === 'running') return <span className="grey">{t('imports.line.running', { rows: progress.rowsRead ?? 0, share: progress.bytesTotal ? percent((progress.bytesRead ?? 0) / progress.bytesTotal, 0) : 'none' })}</span>;
  if (!report) return <span className="grey">—</span>;
  if (report.unchanged && status === 'finished') return <span className="report-line">{t('imports.line.unchanged', { rows: report.rowsRead })}</span>;
  return (
    <span className={status === 'undone' ? 'report-line grey' : 'report-line'}>
      {t('imports.line', { rows: report.rowsAccepted, orders: report.orders.added + report.orders.updated, customers: report.customers.seen, net: money(report.netMinor, report.currency), refused: report.rowsQuarantined })}
    </span>
  );
}
