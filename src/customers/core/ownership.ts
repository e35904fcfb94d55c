/** What the new graph does to the customers that were: pure, so that every way of changing the graph ends the same. */
export type Before = {
  /** The subjects already stored among those of the graph, with whom they belonged to. */
  owners: ReadonlyMap<string, string | null>;
  /** The customer rows among them, with the row that stands for each (null: live). */
  rows: ReadonlyMap<string, string | null>;
};
export type Part = { customer: string; subjects: string[] };
export type Merged = { keep: string; absorbed: string[]; parts: Part[] };
export type Parted = { customer: string; from: string; subjects: string[] };

export type OwnershipPlan = {
  /** Every subject of the graph that can be somebody → its customer. */
  owners: Map<string, string>;
  /** Stored subjects whose customer changes. */
  moves: { id: string; customerId: string }[];
  /** Customers that need a row, `alone`: made of new subjects only. */
  born: { id: string; alone: boolean; created: boolean }[];
  /** Rows that begin or cease to be live. */
  pointed: { id: string; into: string | null }[];
  /** Customers whose id changed to a stronger subject's, or that were joined. */
  merged: Merged[];
  parted: Parted[];
  /** Live customers whose folded columns are old now. */
  touched: string[];
  /** A newly live row takes over what was published under another. */
  inherits: { from: string; to: string }[];
};

const emptyPlan = (): OwnershipPlan => ({ owners: new Map(), moves: [], born: [], pointed: [], merged: [], parted: [], touched: [], inherits: [] });

const partOf = (before: Before, component: readonly string[], customer: string): Part => ({ customer, subjects: component.filter((id) => before.owners.get(id) === customer) });

function planComponent(plan: OwnershipPlan, before: Before, component: readonly string[]): void {
  const head = component[0] as string;
  const stored = component.filter((id) => before.owners.has(id));
  for (const id of component) plan.owners.set(id, head);
  if (stored.length === 0) {
    plan.born.push({ id: head, alone: true, created: true });
    return;
  }
  const anchors = component.filter((id) => before.rows.has(id));
  const lives = anchors.filter((id) => before.rows.get(id) === null);
  const absorbed = lives.filter((id) => id !== head);
  const from = before.owners.get(stored[0] as string);
  plan.moves.push(...stored.filter((id) => before.owners.get(id) !== head).map((id) => ({ id, customerId: head })));
  if (!before.rows.has(head)) plan.born.push({ id: head, alone: false, created: false });
  plan.pointed.push(...anchors.map((id) => ({ id, into: id === head ? null : head })).filter(({ id, into }) => before.rows.get(id) !== into));
  plan.touched.push(head);
  if (absorbed.length > 0) plan.merged.push({ keep: head, absorbed, parts: lives.map((live) => partOf(before, component, live)) });
  if (absorbed.length > 0 && !lives.includes(head)) plan.inherits.push({ from: absorbed[0] as string, to: head });
  if (lives.length === 0 && from && from !== head) plan.parted.push({ customer: head, from, subjects: stored });
}

/** From components (canonical subject first) and what was before, everything that has to change. */
export function ownershipPlan(components: readonly (readonly string[])[], before: Before): OwnershipPlan {
  const plan = emptyPlan();
  for (const component of components) planComponent(plan, before, component);
  return plan;
}
