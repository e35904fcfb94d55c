import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Route, route } from '../../../kernel/http/route.ts';
import { isRefused, sizeForShares } from '../../core/experiment/index.ts';
import {
  batchParams, experimentChangeBody, experimentListShape, experimentParams, experimentQuery, experimentShape, exportAgainBody, exportBody, newExperimentBody, previewBody, previewShape, resultDetailShape, returnsShape, scorecardQuery,
  scorecardShape, sizeBody, sizeShape,
} from '../contract.ts';
import { experimentDetail, experimentPage } from '../detail.ts';
import { drawExperiment } from '../draw.ts';
import { changeExperiment, newExperiment, removeExperiment } from '../experiments.ts';
import { exportAgain, exportTreated, type ExportFile } from '../export.ts';
import { previewExperiment } from '../preview.ts';
import { refusalOf } from '../refuse.ts';
import { returnsOf } from '../returns.ts';
import { experimentResult } from '../settle.ts';
import { scorecard } from '../scorecard.ts';

const tag = 'Experiments';
const root = '/api/v1/insight/experiments';

/** The file is the reply, piece by piece: nothing is left to be put into JSON. */
function asFile(reply: FastifyReply, { name, csv, batch }: ExportFile): string {
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`).header('x-batch-code', batch.code).send(Readable.from(csv));
  return reply as unknown as string;
}

export const experimentRoutes: readonly Route[] = [
  route({ method: 'GET', url: root, summary: 'List experiments with what each measured', tag, permission: 'insight.read', query: experimentQuery, reply: experimentListShape },
    ({ stores, caller, query }) => experimentPage(stores, caller, query)),
  route({ method: 'POST', url: root, summary: 'Keep a draft of an experiment', tag, permission: 'insight.write', body: newExperimentBody, status: 201, reply: experimentShape },
    async ({ stores, caller, body }) => experimentDetail(stores, caller, (await newExperiment(stores, caller, body)).id)),
  route({ method: 'POST', url: `${root}/preview`, summary: 'What a draw would come to: people, why others are left out, reach, cost, and what so many people can prove', tag, permission: 'insight.read', body: previewBody, reply: previewShape },
    ({ stores, caller, body }) => previewExperiment(stores, caller, body)),
  route({ method: 'POST', url: `${root}/size`, summary: 'People needed to prove that a share moves', tag, permission: 'insight.read', body: sizeBody, reply: sizeShape },
    async ({ body: { base, effect, holdOut, power, alpha } }) => {
      const size = sizeForShares({ base, effect }, { controlShare: holdOut, power, alpha });
      if (isRefused(size)) throw refusalOf(size);
      return size;
    }),
  route({ method: 'GET', url: `${root}/scorecard`, summary: 'Four numbers a month on personalised sending', tag, permission: 'insight.read', query: scorecardQuery, reply: scorecardShape },
    async ({ stores, caller, query }) => ({ rows: await scorecard(stores, caller, query.months) })),
  route({ method: 'GET', url: `${root}/:id`, summary: 'One experiment: its promise, its arms, its files', tag, permission: 'insight.read', params: experimentParams, reply: experimentShape },
    ({ stores, caller, params }) => experimentDetail(stores, caller, params.id)),
  route({ method: 'PATCH', url: `${root}/:id`, summary: 'Change a draft', tag, permission: 'insight.write', params: experimentParams, body: experimentChangeBody, reply: experimentShape },
    async ({ stores, caller, params, body }) => {
      await changeExperiment(stores, caller, params.id, body);
      return experimentDetail(stores, caller, params.id);
    }),
  route({ method: 'DELETE', url: `${root}/:id`, summary: 'Throw a draft away', tag, permission: 'insight.write', params: experimentParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await removeExperiment(stores, caller, params.id);
      return null;
    }),
  route({ method: 'POST', url: `${root}/:id/draw`, summary: 'Register and draw: locks plan, people and arms', tag, permission: 'insight.write', params: experimentParams, reply: experimentShape },
    async ({ stores, caller, params }) => {
      await drawExperiment(stores, caller, params.id);
      return experimentDetail(stores, caller, params.id);
    }),
  route({ method: 'GET', url: `${root}/:id/result`, summary: 'What it brought: lift of buyers and of profit apart, with intervals and verdicts', tag, permission: 'insight.read', params: experimentParams, reply: resultDetailShape },
    ({ stores, caller, params }) => experimentResult(stores, caller, params.id)),
  route({ method: 'GET', url: `${root}/:id/returns`, summary: 'Won back within 30 and 90 days against the control, of those who were lost when they came in; who was lost again', tag, permission: 'insight.read', params: experimentParams, reply: returnsShape },
    ({ stores, caller, params }) => returnsOf(stores, caller, params.id)),
  route({ method: 'POST', url: `${root}/:id/exports`, summary: 'The treated of one channel as CSV, in clear; needs a reason, is audited, and is recorded as the sending', tag, permission: 'customers.export', params: experimentParams, body: exportBody, reply: z.string() },
    async ({ stores, caller, params, body, reply }) => asFile(reply, await exportTreated(stores, caller, params.id, body))),
  route({ method: 'POST', url: `${root}/:id/exports/:batch`, summary: 'The file of a batch once more', tag, permission: 'customers.export', params: batchParams, body: exportAgainBody, reply: z.string() },
    async ({ stores, caller, params, body, reply }) => asFile(reply, await exportAgain(stores, caller, params, body.reason))),
];
