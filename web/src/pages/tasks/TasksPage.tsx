import { useState } from 'react';
import { type View, VIEWS } from '../../../../src/customers/core/attempts.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Pager } from '../../ui/DataTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { ContactRule } from './ContactRule.tsx';
import { SaveDesk } from './SaveDesk.tsx';
import { TaskItem } from './TaskItem.tsx';
import { type Open, TaskPanel } from './TaskPanel.tsx';
import { type Desk, fetchDesk, PAGE_SIZE, taskWords } from './tasksQueries.ts';
import './tasks.css';

const SAVE = 'save';
const viewOf = (text: string | undefined): View => VIEWS.find((view) => view === text) ?? 'mine';

/** What one is to do, first due first, and what anybody may take; tried, done and handed over on the spot. */
export default function TasksPage() {
  const t = useT();
  const [filters, change] = useFilters();
  const [open, setOpen] = useState<Open | null>(null);
  const isSaving = filters['view'] === SAVE, view = viewOf(filters['view']);
  const pages = usePages(['tasks', view], fetchDesk(view));
  const desk = (pages.query.data as { desk: Desk } | undefined)?.desk;
  const counted = (key: View) => (desk ? `${t(`tasks.view.${key}`)} ${desk.counts[key]}` : t(`tasks.view.${key}`));
  const close = () => setOpen(null);
  return (
    <Page title={t('nav.customers.tasks')} lead={desk && t(desk.counts.mine === 0 ? 'tasks.lead.none' : 'tasks.lead', { ...desk.counts })}>
      {/* Drawn anew with its counts, so that the chosen one is in sight on a telephone. */}
      <Choices key={desk ? 'counted' : 'bare'} label={t('tasks.views')} options={[...VIEWS.map((key) => ({ key, label: counted(key) })), { key: SAVE, label: t('tasks.view.save') }]} value={isSaving ? SAVE : view} onChoose={(key) => change({ view: key === 'mine' ? null : key })} />
      {isSaving ? <SaveDesk /> : <Loaded query={pages.query} skeleton={<Skeleton lines={10} />}>
        {({ rows }) => (rows.length === 0 || !desk
          ? <Empty title={t(`tasks.empty.${view}`)}>{t('tasks.empty.why')}</Empty>
          : <ul className="tasks">{rows.map((task) => <TaskItem key={task.id} task={task} today={desk.today} me={desk.me} people={desk.people} onOpen={setOpen} />)}</ul>)}
      </Loaded>}
      {!isSaving && (pages.query.data?.rows.length ?? 0) > 0 && <Pager pages={pages} size={PAGE_SIZE} noun="tasks.count" />}
      {desk && !isSaving && <ContactRule rule={desk.rule} />}
      <SidePanel open={open !== null} onClose={close} title={open ? taskWords(t, open.task) : ''}>{open && <TaskPanel open={open} onDone={close} />}</SidePanel>
    </Page>
  );
}
