import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { browse } from './browsing.ts';
import { importToStages } from './importing.ts';
import { benchStores, report, skip, timed, watchMemory } from './support.ts';

/** The UCI Online Retail file, as downloaded, to customers, orders, stages and the drawn page of the lifecycle. */
const SECONDS = 20;
const NET_MINOR = 974_774_793;
const path = join(import.meta.dirname, '../../shared/data/online_retail/online_retail.csv.gz');

async function measure(): Promise<void> {
  const { stores, workspaceId, close } = await benchStores({ timezone: 'Europe/London', currency: 'GBP' });
  try {
    const { result: { result, seconds }, peakBytes } = await watchMemory(() => importToStages(stores, workspaceId, path));
    if (result.netMinor !== NET_MINOR) throw new Error(`net ${result.netMinor}, the file says ${NET_MINOR}`);
    const browsing = await browse(stores, workspaceId);
    try {
      const page = await timed(() => browsing.start('/lifecycle'));
      report({ name: 'import of online_retail to stages', value: seconds, unit: 's' });
      report({ name: 'import of online_retail to a finished page', value: seconds + page.seconds, unit: 's', threshold: SECONDS, better: 'less' });
    } finally {
      await browsing.close();
    }
    report({ name: 'memory of it', value: peakBytes / 1e6, unit: 'MB' });
  } finally {
    await close();
  }
}

if (existsSync(path)) await measure();
else skip('the public data set is not on this machine');
