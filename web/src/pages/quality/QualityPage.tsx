import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Page } from '../../ui/Page.tsx';
import { sourcesQuery } from '../import/importQueries.ts';
import { Quarantine } from './Quarantine.tsx';
import { Rates } from './Rates.tsx';
import { Recipes } from './Recipes.tsx';
import { Sources } from './Sources.tsx';
import '../import/import.css';
import './quality.css';

/** How good the incoming data is: sources and how fresh they are, rows put aside, what repeats, and rates of exchange. */
export default function QualityPage() {
  const t = useT();
  const may = useMay();
  const { list } = useFormats();
  const sources = useQuery(sourcesQuery);
  const live = sources.data?.rows.filter(({ retired }) => !retired) ?? [];
  const late = live.filter((one) => one.late);
  const lead = !sources.data ? ' ' : live.length === 0 ? t('quality.lead.none') : late.length > 0 ? t('quality.lead.late', { count: late.length, names: list(late.map(({ name }) => name)) }) : t('quality.lead.fine', { count: live.length });
  return (
    <Page title={t('nav.customers.quality')} lead={lead}>
      <Sources query={sources} />
      {may('imports.write') && <Quarantine />}
      <Recipes />
      {may('settings.read') && <Rates />}
    </Page>
  );
}
