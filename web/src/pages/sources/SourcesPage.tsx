import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type SourceView, sourcesQuery } from '../import/importQueries.ts';
import '../quality/quality.css';
import '../events/events.css';
import { NewSource } from './NewSource.tsx';
import { SourceTable } from './SourceTable.tsx';
import { WriteKey } from './WriteKey.tsx';

export type Made = { source: SourceView; key: string };

/** Who may send: each source with its pulse, what of it was refused, and its write key. */
export default function SourcesPage() {
  const t = useT();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const query = useQuery(sourcesQuery);
  return (
    <Page title={t('nav.settings.sources')} lead={<>{t('sources.lead')} <a href="/docs/sending">{t('sources.guide')}</a> · <Anchor to={paths.settings('events')}>{t('nav.settings.events')}</Anchor></>}>
      <Section title={t('sources.title')} note={<>{t('sources.title.note')} <Anchor to={paths.quality()}>{t('nav.customers.quality')}</Anchor></>} actions={may('settings.write') && !adding && <Button onClick={() => setAdding(true)}>{t('quality.source.add')}</Button>}>
        {adding && <NewSource onClose={() => setAdding(false)} />}
        {made && <div className="made"><WriteKey source={made.source} secret={made.key} onClose={() => setMade(null)} /></div>}
        <Loaded query={query} skeleton={<Skeleton lines={4} />}>
          {({ rows }) => (rows.length === 0 ? <Empty title={t('quality.sources.none')} action={<Anchor to={paths.imports()}>{t('quality.sources.import')}</Anchor>} /> : <SourceTable rows={rows} onKey={setMade} />)}
        </Loaded>
      </Section>
    </Page>
  );
}
