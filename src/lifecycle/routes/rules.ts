import { z } from 'zod';
import { userNames } from '../../kernel/access/index.ts';
import { type Route, route } from '../../kernel/http/route.ts';
import type { Stores } from '../../kernel/stores.ts';
import { configureBody, cyclesBody, modelBody, modelsReply, rulesListReply, rulesReply } from '../contract.ts';
import { MODELS } from '../core/models.ts';
import { GROUPS } from '../core/rules.ts';
import { reportOf } from '../overview.ts';
import { configure, recalibrate, setCycles } from '../rules.ts';
import { dataDay } from '../asOf.ts';
import { listRules, rulesInForce, type RulesVersion, rulesOfVersion, settingOf } from '../store.ts';
import { chooseModel } from '../strategy.ts';

const read = { method: 'GET', tag: 'Lifecycle', permission: 'lifecycle.read' } as const;
const write = { tag: 'Lifecycle', permission: 'lifecycle.write' } as const;

function told({ version, basis, report, asOf, madeBy, madeAt, rules }: RulesVersion, cycleDays: Record<string, number>): z.input<typeof rulesReply> {
  const categories = Object.entries(rules.categories).map(([category, { groups, ...own }]) => ({ category, ...own, groups: GROUPS.map((group) => ({ group, ...groups[group] })) }));
  return { version, basis, report: reportOf(report), asOf, madeBy, madeAt: madeAt.toISOString(), ownRhythm: rules.ownRhythm, matureOccasions: rules.matureOccasions, b2bPurchaseMinor: rules.b2bPurchaseMinor, cycleDays, categories };
}

const PERSON = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Rules as people read them: who made them by name where a person did. */
async function signed<T extends { madeBy: string }>(stores: Stores, rows: readonly T[]): Promise<T[]> {
  const names = await userNames(stores, rows.map(({ madeBy }) => madeBy).filter((id) => PERSON.test(id)));
  return rows.map((row) => ({ ...row, madeBy: names.get(row.madeBy) ?? row.madeBy }));
}

async function toldBy(stores: Stores, version: RulesVersion, cycleDays: Record<string, number>): Promise<z.input<typeof rulesReply>> {
  const [named] = await signed(stores, [version]);
  return told(named ?? version, cycleDays);
}

/** Versions of the stage rules, the models they are shown in, and how to make new ones. */
export const rulesRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/rules', summary: 'Versions of the stage rules, newest first', reply: rulesListReply },
    async ({ stores, caller }) => {
      const rows = await stores.pg.tx(caller.workspaceId, (tx) => listRules(tx, caller.workspaceId));
      return { rows: (await signed(stores, rows)).map((row) => ({ ...row, report: reportOf(row.report), madeAt: row.madeAt.toISOString() })) };
    }),

  route({ ...read, url: '/api/v1/lifecycle/rules/:version', summary: 'One version of the stage rules: every cut and what it rests on; `current` for the one in force', params: z.object({ version: z.union([z.literal('current'), z.coerce.number().int()]) }), reply: rulesReply },
    async ({ stores, caller, params: { version } }) => {
      const { found, cycleDays } = await stores.pg.tx(caller.workspaceId, async (tx) => ({
        found: version === 'current' ? await rulesInForce(tx, caller.workspaceId) : await rulesOfVersion(tx, caller.workspaceId, version),
        cycleDays: (await settingOf(tx, caller.workspaceId)).cycleDays,
      }));
      return toldBy(stores, found, cycleDays);
    }),

  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/rules/recalibrate', summary: 'Learn the cuts again from the data and put them in force', status: 201, reply: rulesReply },
    async ({ stores, caller }) => toldBy(stores, await recalibrate(stores, { asOf: await dataDay(stores, caller.workspaceId), caller }), {})),

  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/rules/configure', summary: 'Put fixed days in force instead of learned cuts; they are judged alike', status: 201, body: configureBody, reply: rulesReply },
    async ({ stores, caller, body }) => toldBy(stores, await configure(stores, { asOf: await dataDay(stores, caller.workspaceId), caller }, body), {})),

  route({ ...write, method: 'PUT', url: '/api/v1/lifecycle/cycles', summary: 'Replacement cycles of durable categories, in days; then learn again', status: 201, body: cyclesBody, reply: rulesReply },
    async ({ stores, caller, body }) => toldBy(stores, await setCycles(stores, { asOf: await dataDay(stores, caller.workspaceId), caller }, body.cycleDays), body.cycleDays)),

  route({ ...read, url: '/api/v1/lifecycle/models', summary: 'The models stages can be shown in and where each canonical stage stands in them', reply: modelsReply },
    async ({ stores, caller }) => {
      const { model } = await stores.pg.tx(caller.workspaceId, (tx) => settingOf(tx, caller.workspaceId));
      return { chosen: model, models: MODELS.map(({ key, stages, place, engagedProspect = null }) => ({ key, stages: [...stages], place, engagedProspect })) };
    }),

  route({ ...write, method: 'PUT', url: '/api/v1/lifecycle/model', summary: 'Choose the model stages are shown in', body: modelBody, reply: modelBody },
    async ({ stores, caller, body: { model } }) => {
      await chooseModel(stores, caller, model);
      return { model };
    }),
];
