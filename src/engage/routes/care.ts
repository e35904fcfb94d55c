import { type Route, route } from '../../kernel/http/route.ts';
import { careOf, carePeople } from '../care.ts';
import { carePeopleQuery, carePeopleShape, careQuery, careShape } from '../replies.ts';

const read = { tag: 'Journeys', permission: 'engage.read' } as const;

export const careRoutes: readonly Route[] = [
  route({ ...read, method: 'GET', url: '/api/v1/care', summary: 'A month of care: birthdays by both calendars, anniversaries, days of journeys with how many people, tasks due and done', query: careQuery, reply: careShape },
    ({ stores, caller, query }) => careOf(stores, caller, query.month)),
  route({ ...read, method: 'GET', url: '/api/v1/care/people', summary: 'Who has their birthday or the anniversary of their first purchase on a day', query: carePeopleQuery, reply: carePeopleShape },
    ({ stores, caller, query }) => carePeople(stores, caller, query)),
];
