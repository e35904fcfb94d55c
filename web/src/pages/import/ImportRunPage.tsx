import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo, usePath } from '../../lib/location.tsx';
import { useData } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type ImportView, importQuery, isActive } from './importQueries.ts';
import { problemSentence } from './ReportLine.tsx';
import { ImportReport } from './ImportReport.tsx';
import { UndoImport } from './UndoImport.tsx';
import './import.css';

/** One import: how far it is, then what came of it and where to look next. */
export default function ImportRunPage() {
  const t = useT();
  const id = usePath().split('/')[2] ?? '';
  const query = useQuery(importQuery(id));
  useFreshFigures(query.data);
  if (query.error && !query.data) return <Page title={t('nav.customers.import')}><Failure error={query.error} onRetry={() => void query.refetch()} /></Page>;
  if (!query.data) return <Page title={t('nav.customers.import')}><Skeleton lines={6} /></Page>;
  return <Run one={query.data} />;
}

/** When an import ends, every page's figures are other ones. */
function useFreshFigures(one: ImportView | undefined): void {
  const client = useQueryClient();
  const active = useRef(false);
  useEffect(() => {
    if (!one) return;
    if (isActive(one)) active.current = true;
    else if (active.current) {
      active.current = false;
      void client.invalidateQueries();
    }
  }, [one, client]);
}

function Run({ one }: { one: ImportView }) {
  const t = useT();
  const go = useGo();
  const { bytes, moment, list } = useFormats();
  const { sources } = useData();
  const sourceName = (key: string): string => sources.find((source) => source.key === key)?.name ?? key;
  const { status, problem, report, files } = one;
  return (
    <Page title={t(`imports.run.${status}`)} lead={<>{list(files.map(({ name }) => name).slice(0, 5))}{files.length > 5 && ` +${files.length - 5}`}</>} actions={<><UndoImport one={one} /><Button onClick={() => go(paths.imports())}>{t('imports.another')}</Button></>}>
      {isActive(one) && <Running one={one} />}
      {status === 'failed' && problem && <Notice tone="warn">{problemSentence(t, problem)}</Notice>}
      {status === 'undone' && <Notice>{t('imports.undone.means')}</Notice>}
      {report && <ImportReport one={one} report={report} />}
      <Section title={t('imports.col.files')}>
        <ul className="files-list">
          {files.map(({ name, bytes: size, roles, recipe }) => (
            <li key={name} className="spread"><span className="file-name">{name}</span><span className="grey small">{list(roles.map((role) => t(`import.role.${role}`)))}{recipe && ` · ${t(`import.recipe.${recipe}`)}`} · {bytes(size)}</span></li>
          ))}
        </ul>
        <p className="grey small">{t('imports.started', { moment: moment(one.startedAt ?? one.createdAt) })} · <Anchor to={paths.quality()}>{t('imports.source.of', { source: sourceName(one.source) })}</Anchor></p>
      </Section>
    </Page>
  );
}

function Running({ one: { status, progress } }: { one: ImportView }) {
  const t = useT();
  const { phase, rowsRead = 0, rowsTotal, rowsPerSecond, remainingMs } = progress;
  const reading = status === 'running' && phase === 'reading' && rowsTotal;
  const label = status === 'running' && phase ? t(`import.phase.${phase}`) : t(`import.state.${status}`);
  return (
    <div className="running" aria-live="off">
      <Progress label={label} done={rowsRead} total={reading ? Math.max(rowsTotal, rowsRead) : null} ratePerSecond={status === 'running' ? (rowsPerSecond ?? null) : null} remainingSeconds={reading && remainingMs ? remainingMs / 1000 : null} />
      <p className="grey small">{t('imports.running.leave')}</p>
    </div>
  );
}
