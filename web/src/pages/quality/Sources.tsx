import type { UseQueryResult } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useSourceName } from '../../lib/names.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import type { SourceView } from '../import/importQueries.ts';

/** Where the data comes from: how far each source reaches, how often it usually comes, and whether it has stopped. */
export function Sources({ query }: { query: UseQueryResult<{ rows: SourceView[] }> }) {
  const t = useT();
  return (
    <Section title={t('quality.sources')} note={t('quality.sources.note')} actions={<Anchor to={paths.settings('sources')}>{t('sources.manage')}</Anchor>}>
      <Loaded query={query} skeleton={<Skeleton lines={4} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('quality.sources.none')} action={<Anchor to={paths.imports()}>{t('quality.sources.import')}</Anchor>} /> : <SourceTable rows={rows} />)}
      </Loaded>
    </Section>
  );
}

function SourceTable({ rows }: { rows: readonly SourceView[] }) {
  const t = useT();
  const sourceName = useSourceName();
  const { day, decimal } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('quality.sources')}</caption>
        <thead><tr><th scope="col">{t('quality.source.name')}</th><th scope="col">{t('quality.source.state')}</th><th scope="col">{t('quality.source.until')}</th><th scope="col">{t('quality.source.interval')}</th><th scope="col">{t('quality.source.kind')}</th></tr></thead>
        <tbody>
          {rows.map((source) => (
            <tr key={source.id} className={source.retired ? 'retired' : undefined}>
              <th scope="row" className="phone-head">{sourceName(source.name)}{source.name !== source.key && <span className="grey small"> {source.key}</span>}</th>
              <td data-label={t('quality.source.state')}><Standing source={source} /></td>
              <td className="nowrap" data-label={t('quality.source.until')}>{source.lastDay ? day(source.lastDay) : '—'}{source.firstDay && <span className="grey small"> {t('quality.source.since', { day: day(source.firstDay) })}</span>}</td>
              <td className="nowrap" data-label={t('quality.source.interval')}>{source.intervalDays === null ? '—' : t('quality.source.days', { days: source.intervalDays, shown: decimal(source.intervalDays, source.intervalDays % 1 === 0 ? 0 : 1) })}</td>
              <td data-label={t('quality.source.kind')}>{t(`source.kind.${source.kind}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Flowing, late (断流) with what follows from it, retired, or never seen. */
function Standing({ source: { late, silentDays, retired, lastDay } }: { source: SourceView }) {
  const t = useT();
  if (retired) return <span className="grey">{t('quality.source.retired')}</span>;
  if (lastDay === null) return <span className="grey">{t('quality.source.never')}</span>;
  if (!late) return <span>{t('quality.source.flowing', { days: silentDays ?? 0 })}</span>;
  return <span className="standing"><span className="ochre">{t('quality.source.late', { days: silentDays ?? 0 })}</span> <span className="grey small">{t('quality.source.held')}</span></span>;
}
