import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { useToast } from '../../ui/Field.tsx';
import { Page } from '../../ui/Page.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { overviewQuery } from '../lifecycle/lifecycleQueries.ts';

type SampleState = { state: 'none' | 'loading' | 'done' | 'failed'; done: number; total: number | null; ratePerSecond: number | null; remainingSeconds: number | null };
const POLL_MS = 700;

/** First run: the sample, an own file, or an empty workspace. */
export default function WelcomePage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const sample = useQuery({
    queryKey: ['sample'], queryFn: ({ signal }) => api.get<SampleState>('/sample', undefined, signal), enabled: may('imports.write'), retry: false,
    refetchInterval: ({ state }) => (state.data?.state === 'loading' ? POLL_MS : false),
  });
  const load = useMutation({ mutationFn: () => api.post('/sample', {}), onSuccess: () => client.invalidateQueries({ queryKey: ['sample'] }), onError: toast.failed });
  const overview = useQuery({ ...overviewQuery({}), enabled: may('lifecycle.read') });
  const filled = (overview.data?.total ?? 0) > 0;
  const now = sample.data;
  const loading = load.isPending || now?.state === 'loading';
  useEffect(() => {
    if (now?.state !== 'done' || !load.isSuccess) return;
    void client.invalidateQueries().then(() => go(paths.lifecycle()));
  }, [now?.state, load.isSuccess, client, go]);
  return (
    <Page title={t('welcome.title')} lead={t(filled ? 'welcome.lead.filled' : 'welcome.lead')} narrow>
      <ul className="ways">
        {may('imports.write') && (
          <li>
            <div><h2>{t('welcome.file')}</h2><p className="grey">{t('welcome.file.why')}</p></div>
            <Button type="primary" disabled={loading} onClick={() => go(paths.imports())}>{t('welcome.file.go')}</Button>
          </li>
        )}
        {may('imports.write') && (
          <li>
            <div>
              <h2>{t('welcome.sample')}</h2><p className="grey">{t('welcome.sample.why')}</p>
              {now?.state === 'loading' && <Progress label={t('welcome.sample.loading')} {...now} />}
            </div>
            <Button loading={loading} disabled={now?.state === 'done'} onClick={() => load.mutate()}>{t(now?.state === 'done' ? 'welcome.sample.done' : 'welcome.sample.go')}</Button>
          </li>
        )}
        <li>
          <div><h2>{t('welcome.empty')}</h2><p className="grey">{t('welcome.empty.why')}</p></div>
          <Button disabled={loading} onClick={() => go(may('members.read') ? paths.settings('members') : paths.customers())}>{t('welcome.empty.go')}</Button>
        </li>
      </ul>
    </Page>
  );
}
