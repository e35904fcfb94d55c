import type { Field } from '../fields.ts';
import type { Mapping } from '../mapping.ts';

type Options = Partial<Pick<Mapping, 'statuses' | 'statusDefault' | 'zone' | 'dates' | 'currency' | 'buyerScope' | 'refundPrefix' | 'stockAdjustments' | 'derivedOrderNo' | 'nonGoods' | 'costKind'>>;

/**
 * How one platform's export is read, as data. `columns`: header as exported → field, or `field:key` for a typed customer field.
 * `needs`: headers that together name the file (a `|` separates spellings seen). Words: `import.recipe.<id>`.
 */
export type Recipe = {
  id: string;
  platform: string;
  roles: Mapping['roles'];
  needs: readonly string[];
  measure: string | null;
  columns: Readonly<Record<string, Field | `customer.${'text' | 'number' | 'day'}:${string}`>>;
} & Options;
