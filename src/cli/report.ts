import type { ImportView } from '../collect/index.ts';
import { decimalsOf, toMajor } from '../kernel/money.ts';
import { type Language, say } from '../kernel/words/index.ts';

const moneyText = (minor: number, currency: string): string => {
  const digits = decimalsOf(currency);
  return `${toMajor(minor, currency).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${currency}`;
};

/** An import's report as lines for people: what was read, what was put aside and why, what it brought. */
export function reportLines({ report }: ImportView, language: Language): string[] {
  if (!report) return [];
  const { orders, lines, refunds, events, costs } = report;
  const unchanged = [orders, lines, refunds, events, costs].reduce((sum, fate) => sum + fate.unchanged, 0);
  const reasons = Object.entries(report.quarantinedBy).map(([code, count]) => `    ${say(language, `import.reason.${code}`)}: ${count.toLocaleString('en')}`);
  return [
    `  ${say(language, 'start.report', { lines: report.rowsRead, accepted: report.rowsAccepted, quarantined: report.rowsQuarantined, unchanged })}`,
    ...reasons,
    `  ${say(language, 'start.report.found', { orders: orders.added + orders.updated, customers: report.customers.seen, net: moneyText(report.netMinor, report.currency) })}`,
  ];
}

/** One line of progress: rows, rate, remaining time. */
export function progressText({ rowsRead = 0, rowsTotal = 0, rowsPerSecond = 0, remainingMs = 0 }: ImportView['progress'], language: Language): string {
  return say(language, 'start.progress', { done: rowsRead, total: Math.max(rowsTotal, rowsRead), rate: Math.round(rowsPerSecond), seconds: Math.ceil(remainingMs / 1_000) });
}
