import type { WorkspaceId } from '../../kernel/ids.ts';
import { blindIndex } from '../../kernel/seal.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Context } from '../core/readers.ts';
import type { ImportRow, WorkspaceRow } from '../queries/imports.ts';

const NAMELESS_DIGITS = 20;
type Given = Pick<ImportRow, 'source'> & { options: Pick<ImportRow['options'], 'shop' | 'zone' | 'currency'> };

/** The context the rows of an import are read in; order numbers made of who bought hold a keyed digest of them. */
export async function contextFor({ keys }: Pick<Stores, 'keys'>, workspaceId: WorkspaceId, { source, options }: Given, { timezone, currency }: Pick<WorkspaceRow, 'timezone' | 'currency'>): Promise<Context> {
  const own = await keys.of(workspaceId);
  return {
    source, shop: options.shop, zone: options.zone ?? timezone, dayZone: timezone, currency: options.currency ?? currency, region: 'CN',
    nameless: (kind, value) => blindIndex(own, 'order_no', `${kind}\0${value}`).toString('hex').slice(0, NAMELESS_DIGITS),
  };
}
