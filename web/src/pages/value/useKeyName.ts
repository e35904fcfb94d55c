import { useCallback } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { STAGES } from '../../ui/tokens.ts';
import type { LedgerLine, Ledgers } from './moneyQueries.ts';

/** A stage, a month of first purchase or a channel as people call it. */
export function useKeyName(by: string): (key: string) => string {
  const t = useT();
  const { month } = useFormats();
  return useCallback((key: string) => (by === 'stage' ? t(`stage.${key}`) : by === 'cohort' ? (key === '' ? t('money.cohort.none') : month(key)) : key || t('money.channel.none')), [by, t, month]);
}

const stageAt = ({ key }: LedgerLine): number => (STAGES as readonly string[]).indexOf(key);

/** Rows as they are read: stages along the life, months in time, channels by what they brought. */
export const shownRows = ({ by, rows }: Ledgers): readonly LedgerLine[] =>
  (by === 'cohort' ? rows : rows.toSorted(by === 'channel' ? (a, b) => b.valueMinor - a.valueMinor : (a, b) => stageAt(a) - stageAt(b)));

/** A cost as it stands in a ledger, below zero; nothing spent is plain zero. */
export const spent = (minor: number): number => (minor === 0 ? 0 : -minor);
