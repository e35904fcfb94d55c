import { type Route, route } from '../../kernel/http/route.ts';
import { attemptTask, claimTask, contactRule, handOver, setContactRule } from '../attempts.ts';
import { attemptBody, attemptedShape, contactRuleBody, contactRuleShape, deskQuery, deskShape, handOverBody, idParams, nothing, savedShape, stepsShape, taskBody, taskShape, tasksQuery, tasksShape } from '../contract.ts';
import { desk, taskHistory } from '../desk.ts';
import { asJson } from '../json.ts';
import { doTask, listTasks, writeTask } from '../tasks.ts';

const tag = 'Tasks';
const read = 'customers.read';
const write = 'customers.write';

export const taskRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/tasks', summary: 'Open tasks, the first due first', tag, permission: read, query: tasksQuery, reply: tasksShape },
    async ({ stores, caller, query }) => ({ rows: asJson(await listTasks(stores, caller, query)) })),
  route({ method: 'POST', url: '/api/v1/tasks', summary: 'Write a task', tag, permission: write, status: 201, body: taskBody, reply: taskShape },
    async ({ stores, caller, body }) => asJson(await writeTask(stores, caller, body))),
  route({ method: 'GET', url: '/api/v1/tasks/desk', summary: 'My tasks, what is due today or overdue, and the pool', tag, permission: read, query: deskQuery, reply: deskShape },
    async ({ stores, caller, query }) => asJson(await desk(stores, caller, query))),
  route({ method: 'GET', url: '/api/v1/tasks/rule', summary: 'When a task that nobody answers returns to the pool', tag, permission: read, reply: contactRuleShape },
    ({ stores, caller }) => stores.pg.tx(caller.workspaceId, (tx) => contactRule(tx, caller.workspaceId))),
  route({ method: 'PUT', url: '/api/v1/tasks/rule', summary: 'Set when a task that nobody answers returns to the pool', tag, permission: 'settings.write', body: contactRuleBody, reply: contactRuleShape },
    ({ stores, caller, body }) => setContactRule(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/tasks/:id/done', summary: 'Mark a task done', tag, permission: write, params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await doTask(stores, caller, params.id); return { id: params.id }; }),
  route({ method: 'GET', url: '/api/v1/tasks/:id/steps', summary: 'What was tried about a task, and through whose hands it went', tag, permission: read, params: idParams, reply: stepsShape },
    async ({ stores, caller, params }) => asJson(await taskHistory(stores, caller, params.id))),
  route({ method: 'POST', url: '/api/v1/tasks/:id/attempts', summary: 'Note an attempt to reach somebody and what it came to', tag, permission: write, status: 201, params: idParams, body: attemptBody, reply: attemptedShape },
    ({ stores, caller, params, body }) => attemptTask(stores, caller, params.id, body)),
  route({ method: 'POST', url: '/api/v1/tasks/:id/claim', summary: 'Take a task out of the pool', tag, permission: write, params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await claimTask(stores, caller, params.id); return { id: params.id }; }),
  route({ method: 'POST', url: '/api/v1/tasks/:id/hand-over', summary: 'Give a task to a colleague or to the pool', tag, permission: write, params: idParams, body: handOverBody, reply: savedShape },
    async ({ stores, caller, params, body }) => { await handOver(stores, caller, params.id, body); return { id: params.id }; }),
];
