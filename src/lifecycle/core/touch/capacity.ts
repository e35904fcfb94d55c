/** Somebody who looks after customers, at most `cap` of them. */
export type Agent = { id: string; cap: number };
export type Place = { customer: string; agent: string };
/** `ranked`: who is to have a person of their own, the best first; `held`: who has one now; `slack`: by which share of all places somebody may fall behind before their place goes to a better one. */
export type Demand = { agents: readonly Agent[]; ranked: readonly string[]; held: readonly Place[]; slack: number };
export type Assigned = { places: Place[]; automated: string[] };

/** Of those who have a place now, who may stay by the agent's own limit: the best of each agent. */
function within(agents: readonly Agent[], held: readonly Place[], rankOf: ReadonlyMap<string, number>): Place[] {
  const theirs = Map.groupBy(held.filter(({ customer }) => rankOf.has(customer)), ({ agent }) => agent);
  const rank = ({ customer }: Place): number => rankOf.get(customer) ?? Infinity;
  return agents.flatMap(({ id, cap }) => (theirs.get(id) ?? []).toSorted((a, b) => rank(a) - rank(b)).slice(0, cap));
}

/** The agent with the most room, the first of equals; undefined when all are full. */
const roomiest = (agents: readonly Agent[], used: ReadonlyMap<string, number>): Agent | undefined => {
  const room = ({ id, cap }: Agent): number => cap - (used.get(id) ?? 0);
  const best = agents.reduce<Agent | undefined>((found, agent) => (found && room(found) >= room(agent) ? found : agent), undefined);
  return best && room(best) > 0 ? best : undefined;
};

/**
 * Who gets a person, and which (R26). Rank decides, and nobody is moved without need: whoever has a place keeps it, with the same agent, while they are
 * wanted and have not fallen behind all places by more than the slack. Free places go to the best who wait. The order of `held` never matters.
 */
export function assign({ agents, ranked, held, slack }: Demand): Assigned {
  const rankOf = new Map(ranked.map((customer, rank) => [customer, rank]));
  const capacity = agents.reduce((sum, { cap }) => sum + cap, 0), behind = capacity + Math.ceil(capacity * slack);
  const places = new Map(within(agents, held, rankOf).map((place) => [place.customer, place.agent]));
  const used = new Map([...Map.groupBy(places, ([, agent]) => agent)].map(([agent, own]) => [agent, own.length]));
  const fallen = [...places.keys()].filter((customer) => (rankOf.get(customer) ?? 0) >= behind).sort((a, b) => (rankOf.get(b) ?? 0) - (rankOf.get(a) ?? 0));
  for (const customer of ranked.filter((one) => !places.has(one))) {
    const agent = roomiest(agents, used);
    if (agent) used.set(agent.id, (used.get(agent.id) ?? 0) + 1);
    const gives = agent || (rankOf.get(customer) ?? 0) >= capacity ? undefined : fallen.shift();
    const to = agent?.id ?? (gives === undefined ? undefined : places.get(gives));
    if (to === undefined) break;
    if (gives !== undefined) places.delete(gives);
    places.set(customer, to);
  }
  return { places: ranked.flatMap((customer) => { const agent = places.get(customer); return agent === undefined ? [] : [{ customer, agent }]; }), automated: ranked.filter((customer) => !places.has(customer)) };
}
