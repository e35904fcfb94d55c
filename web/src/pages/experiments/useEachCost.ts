import { useFormats } from '../../lib/format.ts';
import { useCurrency } from '../../lib/session.ts';

/** What one message costs: as money; with more digits where it costs a part of a cent. */
export function useEachCost(): (minor: number) => string {
  const { money, decimal } = useFormats();
  const currency = useCurrency();
  return (minor) => (Number.isInteger(minor) ? money(minor, currency) : decimal(minor / 100, 4));
}
