import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import '../../src/app.ts';
import { journeysTick, startWalking } from '../../src/engage/index.ts';
import { journeysDue } from '../../src/engage/queries/journeys.ts';
import { waitingReactions } from '../../src/kernel/facts.ts';
import { startRunner } from '../../src/kernel/runner.ts';
import { loop } from '../../src/loop.ts';
import { startDeliverer } from '../../src/reach/index.ts';
import { dueWork } from '../../src/reach/queries/messages.ts';
import { onErrand } from './errand.ts';

/** A working process at one moment of the simulated clock: facts answered, segments and the calendar looked at, people walked, messages decided and sent, until nothing is due. */
await onErrand(async (stores) => {
  const { pg, clock } = stores, log = pino({ level: 'error' }, pino.destination(2));
  await journeysTick(stores);
  const works = [startRunner(stores, loop, log), startWalking(stores, log), startDeliverer(stores, log)];
  const isQuiet = async (): Promise<boolean> =>
    (await waitingReactions(pg, loop)).length === 0 && (await journeysDue(pg.global, clock.now())).length === 0 && (await dueWork(pg.global, clock.now())).length === 0;
  for (let quiet = 0; quiet < 2; quiet = await isQuiet() ? quiet + 1 : 0) await sleep(50);
  await Promise.all(works.map((one) => one.stop()));
});
