import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { TaskItem } from './TaskItem.tsx';
import { type Open, TaskPanel } from './TaskPanel.tsx';
import { saveDeskQuery, taskWords } from './tasksQueries.ts';

/** Whom to keep, by the reason they gave; each with the play that a journey proposes for it. */
export function SaveDesk() {
  const t = useT();
  const [open, setOpen] = useState<Open | null>(null);
  const saves = useQuery(saveDeskQuery);
  const close = () => setOpen(null);
  return (
    <>
      <Loaded query={saves} skeleton={<Skeleton lines={8} />}>
        {({ rows, today, me, people }) => (rows.length === 0 ? <Empty title={t('tasks.empty.save')}>{t('tasks.empty.save.why')}</Empty> : (
          [...Map.groupBy(rows, ({ reason }) => reason)].map(([reason, own]) => (
            <Section key={reason} title={t('tasks.save.reason', { reason: t(`tasks.save.${reason}`), count: own.length })}>
              <ul className="tasks">{own.map((task) => <TaskItem key={task.id} task={task} today={today} me={me} people={people} onOpen={setOpen} about={<span className="grey small">{t('tasks.save.journey', { journey: task.journey })}</span>} />)}</ul>
            </Section>
          ))
        ))}
      </Loaded>
      <SidePanel open={open !== null} onClose={close} title={open ? taskWords(t, open.task) : ''}>{open && <TaskPanel open={open} onDone={close} />}</SidePanel>
    </>
  );
}
