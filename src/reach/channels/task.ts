import { z } from 'zod';
import { raiseTask } from '../../customers/index.ts';
import { dayIn } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { askContacts } from '../../lifecycle/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Outcome } from '../core/message.ts';
import { taskOf } from '../queries/tasks.ts';
import { workspaceRow } from '../queries/state.ts';
import { type Outgoing, registerProvider, type Sender } from './channel.ts';

const taskConfig = z.object({ assignee: z.string().max(200).default('') });
type TaskConfig = z.infer<typeof taskConfig>;

/** One task a message: a message that comes again after a crash finds its own. */
const raise = (stores: Stores, workspaceId: WorkspaceId, { assignee }: TaskConfig, { id, customer, content }: Outgoing): Promise<Outcome> => stores.pg.tx(workspaceId, async (tx): Promise<Outcome> => {
  if (content.channel !== 'call') return { state: 'failed', code: 'wrong_channel', detail: content.channel, suppress: false };
  const known = await taskOf(tx, workspaceId, id);
  if (known) return { state: 'accepted', providerId: known };
  const { timezone } = await workspaceRow(tx, workspaceId), { title, body } = content;
  // Whoever has an adviser is called by them; since the last look others may have used up what the year allows.
  const [{ adviser, human } = { adviser: null, human: null }] = await askContacts(tx, stores, workspaceId, [customer]);
  if (human) return { state: 'refused', code: human.reason, facts: human.facts };
  const task = await raiseTask(tx, stores, workspaceId, 'system:reach', { code: 'task.contact', params: { title, body, message: id }, customerId: customer, assignee: adviser ?? assignee, dueOn: dayIn(timezone, stores.clock.now()) });
  return { state: 'accepted', providerId: task.id };
});

async function open(stores: Stores, workspaceId: WorkspaceId, config: TaskConfig): Promise<Sender> {
  return {
    send: async (messages) => {
      const outcomes: Outcome[] = [];
      for (const message of messages) outcomes.push(await raise(stores, workspaceId, config, message));
      return outcomes;
    },
    close: () => Promise.resolve(),
  };
}

/** A call or a visit: a task for somebody here. */
export const registerTaskProvider = (): void => registerProvider<TaskConfig>({ name: 'task', channel: 'call', tested: 'live', config: taskConfig as z.ZodType<TaskConfig>, address: null, builtIn: true, open });
