import { z } from 'zod';
import { type Route, route } from '../../../kernel/http/route.ts';
import type { TemplateDocument } from '../../core/templates/document.ts';
import * as contract from '../contract.ts';
import { lintFor } from '../lintNow.ts';
import { previewTemplate } from '../preview.ts';
import { changeRules, readRules, variablesOf, vocabulary } from '../rules.ts';
import { changeTemplate, dropTemplate, listTemplates, makeTemplate, publishTemplate, readTemplate, readVersion } from '../templates.ts';
import { testTemplate } from '../testSend.ts';

const tag = 'templates';
const { params } = contract;

/** Templates: written, looked at, published. */
export const templateRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/templates', summary: 'Templates, the one changed last first', tag, permission: 'reach.read', reply: contract.listShape }, async ({ stores, caller }) => ({ rows: await listTemplates(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/templates', summary: 'Begin a template', tag, permission: 'reach.write', body: contract.newTemplate, status: 201, reply: contract.templateShape }, ({ stores, caller, body }) => makeTemplate(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/templates/vocabulary', summary: 'What templates may say of customers, and what variants may go by', tag, permission: 'reach.read', reply: contract.vocabularyShape }, ({ stores, caller }) => vocabulary(stores, caller)),
  route({ method: 'GET', url: '/api/v1/templates/variables', summary: 'Events there are, and the properties the newest of one brought', tag, permission: 'reach.read', query: contract.variablesQuery, reply: contract.variablesShape }, ({ stores, caller, query }) => variablesOf(stores, caller, query.event)),
  route({ method: 'GET', url: '/api/v1/templates/rules', summary: 'What texts are held to: forbidden claims, the provider of text messages, the signature', tag, permission: 'reach.read', reply: contract.rulesShape }, ({ stores, caller }) => readRules(stores, caller)),
  route({ method: 'PUT', url: '/api/v1/templates/rules', summary: 'Set what texts are held to', tag, permission: 'reach.write', body: contract.rulesBody, reply: contract.rulesShape }, ({ stores, caller, body }) => changeRules(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/templates/lint', summary: 'What speaks against publishing a draft', tag, permission: 'reach.read', body: contract.lintBody, reply: contract.lintReply },
    async ({ stores, caller, body: { purpose, document } }) => ({ findings: (await lintFor(stores, caller, purpose, document as TemplateDocument)).findings })),
  route({ method: 'POST', url: '/api/v1/templates/preview', summary: 'A text as somebody would get it', tag, permission: 'reach.read', body: contract.previewBody, reply: contract.previewReply }, ({ stores, caller, body }) => previewTemplate(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/templates/:id', summary: 'One template with its draft, findings and versions', tag, permission: 'reach.read', params, reply: contract.templateShape }, ({ stores, caller, params: { id } }) => readTemplate(stores, caller, id)),
  route({ method: 'PATCH', url: '/api/v1/templates/:id', summary: 'Save a draft', tag, permission: 'reach.write', params, body: contract.templateChange, reply: contract.templateShape }, ({ stores, caller, params: { id }, body }) => changeTemplate(stores, caller, id, body)),
  route({ method: 'DELETE', url: '/api/v1/templates/:id', summary: 'Put a template away', tag, permission: 'reach.write', params, status: 204, reply: z.null() }, async ({ stores, caller, params: { id } }) => {
    await dropTemplate(stores, caller, id);
    return null;
  }),
  route({ method: 'POST', url: '/api/v1/templates/:id/publish', summary: 'Publish the draft as a version that never changes', tag, permission: 'reach.write', params, body: contract.publishBody, reply: contract.templateShape },
    ({ stores, caller, params: { id }, body }) => publishTemplate(stores, caller, id, body)),
  route({ method: 'POST', url: '/api/v1/templates/:id/test', summary: 'Send one text of the saved draft to yourself', tag, permission: 'reach.write', params, body: contract.testBody, status: 202, reply: contract.testReply, limit: { max: 30, perSeconds: 60 } },
    async ({ stores, caller, params: { id }, body }) => ({ message: await testTemplate(stores, caller, id, body) })),
  route({ method: 'GET', url: '/api/v1/templates/:id/versions/:version', summary: 'A version as it was published', tag, permission: 'reach.read', params: contract.versionParams, reply: contract.versionDetail },
    ({ stores, caller, params: { id, version } }) => readVersion(stores, caller, id, version)),
];
