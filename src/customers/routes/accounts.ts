import { type Route, route } from '../../kernel/http/route.ts';
import {
  accountBody, accountChange, accountPageShape, accountShape, accountsQuery, accountsShape, clearQuery, contactBody, contactChange, contactShape, idParams, issueBody, issueShape,
  noteBody, nothing, observationBody, outcomeBody, savedShape, sectionBody, sectionParams, timelineQuery, timelineShape,
} from '../contract.ts';
import { accountPage, addAccount, changeAccount, dropAccount, listAccounts, openIssue, settleIssue, writeSection } from '../accounts.ts';
import { addContact, changeContact, endObservation, observe } from '../contacts.ts';
import { asJson } from '../json.ts';
import { accountTimeline, noteAccount } from '../timeline.ts';

const tag = 'Accounts';
const read = 'customers.read';
const write = 'customers.write';

export const accountRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/accounts', summary: 'Companies by name', tag, permission: read, query: accountsQuery, reply: accountsShape },
    async ({ stores, caller, query }) => asJson(await listAccounts(stores, caller, query))),
  route({ method: 'POST', url: '/api/v1/accounts', summary: 'Add a company', tag, permission: write, status: 201, body: accountBody, reply: accountShape },
    async ({ stores, caller, body }) => asJson(await addAccount(stores, caller, body))),
  route({ method: 'GET', url: '/api/v1/accounts/:id', summary: 'A company: dossier, contacts, issues', tag, permission: read, params: idParams, query: clearQuery, reply: accountPageShape },
    async ({ stores, caller, params, query }) => asJson(await accountPage(stores, caller, params.id, query))),
  route({ method: 'PATCH', url: '/api/v1/accounts/:id', summary: 'Change a company', tag, permission: write, params: idParams, body: accountChange, reply: accountShape },
    async ({ stores, caller, params, body }) => asJson(await changeAccount(stores, caller, params.id, body))),
  route({ method: 'DELETE', url: '/api/v1/accounts/:id', summary: 'Put a company away', tag, permission: write, params: idParams, reply: savedShape },
    async ({ stores, caller, params }) => { await dropAccount(stores, caller, params.id); return { id: params.id }; }),
  route({ method: 'PUT', url: '/api/v1/accounts/:id/sections/:section', summary: 'Write a section of the dossier', tag, permission: write, params: sectionParams, body: sectionBody, reply: savedShape },
    async ({ stores, caller, params, body }) => { await writeSection(stores, caller, params.id, params.section, body.body); return { id: params.id }; }),
  route({ method: 'GET', url: '/api/v1/accounts/:id/timeline', summary: 'Everything that happened with a company and its contacts', tag, permission: read, params: idParams, query: timelineQuery, reply: timelineShape },
    ({ stores, caller, params, query }) => accountTimeline(stores, caller, params.id, query)),
  route({ method: 'POST', url: '/api/v1/accounts/:id/notes', summary: 'Write a note, visit, message, contract or call', tag, permission: write, status: 201, params: idParams, body: noteBody, reply: savedShape },
    async ({ stores, caller, params, body }) => ({ id: (await noteAccount(stores, caller, params.id, { ...body, at: body.at ? new Date(body.at) : undefined })).id })),
  route({ method: 'POST', url: '/api/v1/accounts/:id/issues', summary: 'Open a cooperation issue', tag, permission: write, status: 201, params: idParams, body: issueBody, reply: issueShape },
    async ({ stores, caller, params, body }) => asJson(await openIssue(stores, caller, params.id, body))),
  route({ method: 'POST', url: '/api/v1/accounts/issues/:id/close', summary: 'Close a cooperation issue', tag, permission: write, params: idParams, body: outcomeBody, reply: savedShape },
    async ({ stores, caller, params, body }) => { await settleIssue(stores, caller, params.id, body.outcome); return { id: params.id }; }),
  route({ method: 'POST', url: '/api/v1/accounts/:id/contacts', summary: 'Add a contact', tag, permission: write, status: 201, params: idParams, body: contactBody, reply: contactShape },
    async ({ stores, caller, params, body }) => asJson(await addContact(stores, caller, params.id, body))),
  route({ method: 'PATCH', url: '/api/v1/contacts/:id', summary: 'Change a contact, or let them go', tag, permission: write, params: idParams, body: contactChange, reply: contactShape },
    async ({ stores, caller, params, body }) => asJson(await changeContact(stores, caller, params.id, body))),
  route({ method: 'POST', url: '/api/v1/contacts/:id/attitudes', summary: 'Note stance, need, objection or interest with its evidence', tag, permission: write, status: 201, params: idParams, body: observationBody, reply: savedShape },
    async ({ stores, caller, params, body }) => { await observe(stores, caller, params.id, body); return { id: params.id }; }),
  route({ method: 'POST', url: '/api/v1/contacts/attitudes/:id/end', summary: 'A need is met, an objection answered', tag, permission: write, params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await endObservation(stores, caller, params.id); return { id: params.id }; }),
];
