import { type Route, route } from '../../kernel/http/route.ts';
import { askApproval, changeSetting, decide, listApprovals, readSetting } from '../approvals.ts';
import { journeysNeeding } from '../attention.ts';
import { enrolNamed } from '../byApi.ts';
import { changeJourney, createJourney, dropJourney, pauseJourney, resumeJourney, stopJourney, takeOut } from '../journeys.ts';
import { launchJourney, migrateInside } from '../launch.ts';
import { listJourneys, listPeople, readJourney, readPath, readVersion, validateJourney } from '../read.ts';
import {
  approvalParams, approvalsQuery, approvalsShape, askBody, changeBody, customerParams, decideBody, done, enrolBody, enrolledShape, enrolmentParams, faultsShape, idParams, journeyShape, journeysShape,
  listQuery, migrateBody, migratedShape, newBody, nothing, pathShape, attentionShape, reportShape, peopleQuery, playbookBody, playbookParams, playbooksShape, replayBody, replayShape, peopleShape, resumeBody, settingBody, settingShape, stateShape, trialShape, tryBody, versionParams, versionShape,
} from '../replies.ts';
import { fromPlaybook } from '../fromPlaybook.ts';
import { PLAYBOOKS, spoken } from '../playbooks/index.ts';
import { say } from '../../kernel/words/index.ts';
import { replayJourney } from '../replay.ts';
import { reportOf } from '../report.ts';
import { saveRoutes } from '../saves.ts';
import { tryAs } from '../trial.ts';
import { careRoutes } from './care.ts';

const tag = 'Journeys';
const read = { tag, permission: 'engage.read' } as const;
const write = { tag, permission: 'engage.write' } as const;

const drawing: readonly Route[] = [
  route({ ...read, method: 'GET', url: '/api/v1/journeys', summary: 'Journeys, newest first, with how many entered, are inside and reached the goal', query: listQuery, reply: journeysShape },
    ({ stores, caller, query }) => listJourneys(stores, caller, query)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys', summary: 'Draw a journey; it may be incomplete', status: 201, body: newBody, reply: journeyShape },
    async ({ stores, caller, body }) => readJourney(stores, caller, (await createJourney(stores, caller, { ...body, playbook: '' })).id)),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/attention', summary: 'Journeys under way that need a hand: paused ones, and live ones that name what is not there any more', reply: attentionShape },
    ({ stores, caller }) => journeysNeeding(stores, caller)),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id', summary: 'One journey: its draft, versions, who stands where now', params: idParams, reply: journeyShape },
    ({ stores, caller, params }) => readJourney(stores, caller, params.id)),
  route({ ...write, method: 'PATCH', url: '/api/v1/journeys/:id', summary: 'Change the draft; people inside go on by their versions', params: idParams, body: changeBody, reply: journeyShape },
    async ({ stores, caller, params, body }) => readJourney(stores, caller, (await changeJourney(stores, caller, params.id, Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as typeof body & { revision: number })).id)),
  route({ ...write, method: 'DELETE', url: '/api/v1/journeys/:id', summary: 'Put away a draft or a stopped journey', params: idParams, status: 204, reply: nothing },
    async ({ stores, caller, params }) => { await dropJourney(stores, caller, params.id); return {}; }),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id/versions/:version', summary: 'A version as it was launched', params: versionParams, reply: versionShape },
    async ({ stores, caller, params }) => { const { definition, madeAt, ...one } = await readVersion(stores, caller, params.id, params.version); return { ...one, definition: definition as never, madeAt: madeAt.toISOString() }; }),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id/faults', summary: 'What keeps the draft from being launched, node by node; how many it may reach', params: idParams, reply: faultsShape },
    ({ stores, caller, params }) => validateJourney(stores, caller, params.id)),
  route({ ...read, method: 'POST', url: '/api/v1/journeys/:id/try', summary: 'Walk the draft as a chosen customer, as fast as time can be turned; nothing is sent or written', params: idParams, body: tryBody, reply: trialShape },
    async ({ stores, caller, params, body: { customer, at, ...pretence } }) => { const trial = await tryAs(stores, caller, params.id, customer, { ...pretence, at: at === null ? null : new Date(at) }); return { ...trial, status: trial.status as 'inside', steps: trial.steps.map((one) => ({ ...one, at: one.at.toISOString() })) }; }),
  route({ ...read, method: 'POST', url: '/api/v1/journeys/:id/replay', summary: 'What the draft would have done in the last days: entrants, messages, collisions with rules, cost, what can be proven; nothing is written', params: idParams, body: replayBody, reply: replayShape },
    ({ stores, caller, params, body }) => replayJourney(stores, caller, params.id, body)),
];

const ready: readonly Route[] = [
  route({ ...read, method: 'GET', url: '/api/v1/journey-playbooks', summary: 'Ready journeys, with the templates each needs', reply: playbooksShape },
    async ({ caller }) => ({ rows: PLAYBOOKS.map((one) => ({ ...one, name: say(caller.language, `playbook.${one.key}`), definition: spoken(one.definition, caller.language) as never })) })),
  route({ ...write, method: 'POST', url: '/api/v1/journey-playbooks/:key', summary: 'Draw a journey from a ready one', status: 201, params: playbookParams, body: playbookBody, reply: journeyShape },
    async ({ stores, caller, params, body }) => readJourney(stores, caller, (await fromPlaybook(stores, caller, params.key, body)).id)),
];

const running: readonly Route[] = [
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/launch', summary: 'Make the draft what new people walk', params: idParams, body: nothing, reply: stateShape },
    ({ stores, caller, params }) => launchJourney(stores, caller, params.id)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/pause', summary: 'Hold it: nobody enters, nobody moves, nothing leaves', params: idParams, body: nothing, reply: stateShape },
    ({ stores, caller, params }) => pauseJourney(stores, caller, params.id)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/resume', summary: 'Let it go on', params: idParams, body: resumeBody, reply: stateShape },
    ({ stores, caller, params, body }) => resumeJourney(stores, caller, params.id, body)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/stop', summary: 'End it, and everybody\'s way in it, for good', params: idParams, body: nothing, reply: stateShape },
    ({ stores, caller, params }) => stopJourney(stores, caller, params.id)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/migrate', summary: 'Move everybody inside from one version to another, node by node', params: idParams, body: migrateBody, reply: migratedShape },
    ({ stores, caller, params, body }) => migrateInside(stores, caller, params.id, body)),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/enrolments', summary: 'Let people in, where the journey may be entered by the API', params: idParams, body: enrolBody, reply: enrolledShape },
    ({ stores, caller, params, body }) => enrolNamed(stores, caller, params.id, body)),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id/enrolments', summary: 'Who is or was in it, newest first', params: idParams, query: peopleQuery, reply: peopleShape },
    ({ stores, caller, params, query }) => listPeople(stores, caller, { ...query, journeyId: params.id })),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id/enrolments/:enrolment', summary: 'The way somebody went, node by node', params: enrolmentParams, reply: pathShape },
    ({ stores, caller, params }) => readPath(stores, caller, params.id, params.enrolment)),
  route({ ...write, method: 'DELETE', url: '/api/v1/journeys/:id/enrolments/:enrolment', summary: 'Take somebody out; what still waits to be sent is taken back', params: enrolmentParams, status: 204, reply: nothing },
    async ({ stores, caller, params }) => { await takeOut(stores, caller, params.id, params.enrolment); return {}; }),
  route({ ...read, method: 'GET', url: '/api/v1/journeys/:id/report', summary: 'What it said and what was heard back: sent, delivered, opened, clicked, unsubscribed, complained, of the whole and step by step; who reached the goal', params: idParams, reply: reportShape },
    ({ stores, caller, params }) => reportOf(stores, caller, params.id)),
  route({ ...read, method: 'GET', url: '/api/v1/customers/:id/journeys', summary: 'The journeys of a customer, newest first', params: customerParams, query: peopleQuery, reply: peopleShape },
    ({ stores, caller, params, query }) => listPeople(stores, caller, { ...query, customer: params.id })),
];

const approving: readonly Route[] = [
  route({ ...read, method: 'GET', url: '/api/v1/journey-approvals', summary: 'What was asked and answered, newest first', query: approvalsQuery, reply: approvalsShape },
    async ({ stores, caller, query }) => ({ rows: (await listApprovals(stores, caller, { open: query.open === 'true', journeyId: query.journey ?? null })).map(({ digest: _, ...one }) => ({ ...one, askedAt: one.askedAt.toISOString(), decidedAt: one.decidedAt?.toISOString() ?? null })) })),
  route({ ...write, method: 'POST', url: '/api/v1/journeys/:id/approvals', summary: 'Ask for somebody else\'s yes to the draft as it stands', params: idParams, status: 201, body: askBody, reply: done },
    async ({ stores, caller, params, body }) => ({ id: (await askApproval(stores, caller, params.id, body.note)).id })),
  route({ tag, permission: 'engage.approve', method: 'POST', url: '/api/v1/journey-approvals/:approval', summary: 'Answer; nobody answers their own question', params: approvalParams, body: decideBody, reply: done },
    async ({ stores, caller, params, body }) => { await decide(stores, caller, params.approval, body); return { id: params.approval }; }),
  route({ ...read, method: 'GET', url: '/api/v1/journey-settings', summary: 'How many people a journey may reach without somebody else\'s yes', reply: settingShape },
    ({ stores, caller }) => readSetting(stores, caller)),
  route({ tag, permission: 'engage.approve', method: 'PUT', url: '/api/v1/journey-settings', summary: 'Change how many people a journey may reach without somebody else\'s yes', body: settingBody, reply: settingShape },
    async ({ stores, caller, body }) => { await changeSetting(stores, caller, body.approvalPeople); return readSetting(stores, caller); }),
];

export const engageRoutes: readonly Route[] = [...careRoutes, ...drawing, ...ready, ...running, ...approving, ...saveRoutes];
