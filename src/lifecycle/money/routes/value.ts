import { type Route, route } from '../../../kernel/http/route.ts';
import { groupQuery } from '../../contract.ts';
import { clv } from '../clv.ts';
import {
  byQuery, clvQuery, clvReply, customerLedgerReply, customersQuery, customersReply, entriesQuery, entriesReply, idParams, ledgersReply, referralsReply, scoresReply, valueScoreReply, weightsShape,
} from '../contract.ts';
import { customerLedger, ledgerEntries, ledgers, ledgersOfCustomers } from '../ledger.ts';
import { referralValue } from '../referrals.ts';
import { changeWeights, valueScore, valueScores } from '../scores.ts';

const tag = 'Value';
const read = { method: 'GET', tag, permission: 'lifecycle.read' } as const;
const ofOne = { method: 'GET', tag, permission: 'customers.read', params: idParams } as const;

/** What customers brought and cost, line by line, and what they are worth against one another. */
export const valueRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/ledger', summary: 'Ledgers by stage, month of first purchase or channel, with their total and what belongs to nobody', query: byQuery, reply: ledgersReply },
    ({ stores, caller, query }) => ledgers(stores, caller, query)),
  route({ ...read, url: '/api/v1/lifecycle/ledger/customers', permission: 'customers.read', summary: 'Customers by the value of their ledger, greatest first', query: customersQuery, reply: customersReply },
    ({ stores, caller, query }) => ledgersOfCustomers(stores, caller, query)),
  route({ ...ofOne, url: '/api/v1/lifecycle/customers/:id/ledger', summary: 'Revenue, acquisition and maintenance of one customer, what is expected still, and what their recommendations bring', reply: customerLedgerReply },
    ({ stores, caller, params }) => customerLedger(stores, caller, params.id)),
  route({ ...ofOne, url: '/api/v1/lifecycle/customers/:id/ledger/entries', summary: 'The entries a line of a ledger is made of, newest first', query: entriesQuery, reply: entriesReply },
    ({ stores, caller, params, query }) => ledgerEntries(stores, caller, params.id, query)),
  route({ ...read, url: '/api/v1/lifecycle/clv', summary: 'Lifetime value by retention rate, and beside it what cohorts really brought', query: clvQuery, reply: clvReply },
    ({ stores, caller, query }) => clv(stores, caller, query)),
  route({ ...read, url: '/api/v1/lifecycle/referral-value', permission: 'customers.read', summary: 'Profit that came by recommendation, each counted once', reply: referralsReply },
    ({ stores, caller }) => referralValue(stores, caller)),
  route({ ...read, url: '/api/v1/lifecycle/value-scores', permission: 'customers.read', summary: 'How value scores are spread, and who scores most', query: groupQuery, reply: scoresReply },
    ({ stores, caller, query }) => valueScores(stores, caller, query)),
  route({ method: 'PUT', tag, permission: 'lifecycle.write', url: '/api/v1/lifecycle/value-scores/weights', summary: 'Weigh the dimensions of the value score', body: weightsShape, reply: weightsShape },
    ({ stores, caller, body }) => changeWeights(stores, caller, body)),
  route({ ...ofOne, url: '/api/v1/lifecycle/customers/:id/value-score', summary: 'One value score with its parts and where every measure stands among all', reply: valueScoreReply },
    ({ stores, caller, params }) => valueScore(stores, caller, params.id)),
];
