import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import type { StageStrategy } from './core/matrix.ts';
import { MODELS } from './core/models.ts';
import { saveSetting, saveStrategy } from './store.ts';

/** Writes down what the business wants in one stage. */
export async function changeStrategy(stores: Stores, caller: Caller, strategy: StageStrategy): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await saveStrategy(tx, caller.workspaceId, strategy, caller.actor.id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'stage_strategy.changed', target: `stage/${strategy.stage}` });
  });
}

/** Chooses the model stages are shown in; the stages themselves stay as they are. Refuses `lifecycle_model.not_found`. */
export async function chooseModel(stores: Stores, caller: Caller, model: string): Promise<void> {
  if (!MODELS.some((one) => one.key === model)) throw new Refusal('lifecycle_model.not_found', { model }, 404);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await saveSetting(tx, caller.workspaceId, { model });
    await audit(tx, stores.clock, caller, { action: 'lifecycle_model.chosen', target: `lifecycle_model/${model}` });
  });
}
