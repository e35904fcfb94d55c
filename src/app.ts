import fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { collectJobs, collectRoutes, collectTick, openCollect, registerCollect, registerCollectEraser, registerCollectSealed, registerCollectTraits } from './collect/index.ts';
import { customersRoutes, customersTick, erasureJobs, limitJobs, registerCustomersSealed } from './customers/index.ts';
import { engageRoutes, journeysTick, registerEngage } from './engage/index.ts';
import { experimentsTick, insightRoutes, registerExperiments, registerGoalUses } from './insight/index.ts';
import { accessRoutes, identifier } from './kernel/access/index.ts';
import { closeFront, closeWatch, type FrontOptions, openFront } from './kernel/http/front.ts';
import { mount } from './kernel/http/mount.ts';
import { sendProblem } from './kernel/http/problem.ts';
import type { Route } from './kernel/http/route.ts';
import type { JobHandlers } from './kernel/jobs.ts';
import { rotationJobs, rotationTick } from './kernel/rotation/index.ts';
import type { Stores } from './kernel/stores.ts';
import type { Ticks } from './kernel/tick.ts';
import { layerJobs, layersTick, lifecycleRoutes, lifecycleTick, registerLifecycleEraser, registerOfferTraits, registerProgrammeUses, registerRuleTags, registerSignalTraits, registerTouchUses, registerValueTags, scoringJobs, scoringTick, segmentJobs, segmentsTick, signalsTick, touchTick } from './lifecycle/index.ts';
import { loop } from './loop.ts';
import { blockRoutes, broadcastsTick, openMessageDoor, openPreferences, reachRoutes, registerReach, templateRoutes } from './reach/index.ts';
import { backupRoutes, backupTick } from './product/backups.ts';
import { exchangeRoutes } from './product/exchange/routes.ts';
import { operationsRoutes } from './product/operations.ts';
import { sampleRoutes } from './product/sample.ts';
import { pastJobs } from './product/sampleShop/past.ts';
import { standingRoute } from './product/standing.ts';
import { webhookTick } from './product/webhooks/postman.ts';
import { webhookRoutes } from './product/webhooks/routes.ts';
import { registerWebhookEraser } from './product/webhooks/tell.ts';
import { trustedProxies } from './kernel/http/proxies.ts';
import { registerWebhooksSealed } from './product/webhooks/webhooks.ts';

/** `readiness` turns true when start-up has printed its report; /readyz follows it. `onAppend` is told of every event body that came in. */
export type AppOptions = { log: Logger; readiness: { ready: boolean; stopping?: boolean }; front?: FrontOptions; onAppend?: () => void };

/** Every route of the product, module by module from the lowest floor up. */
export const routes: readonly Route[] = [...accessRoutes, ...customersRoutes, ...collectRoutes, ...lifecycleRoutes, ...insightRoutes, ...engageRoutes, ...reachRoutes, ...templateRoutes, ...blockRoutes, ...sampleRoutes, standingRoute, ...backupRoutes, ...operationsRoutes, ...webhookRoutes, ...exchangeRoutes];

/** Work that jobs do later, module by module. */
export const jobHandlers: JobHandlers = { ...rotationJobs, ...erasureJobs, ...limitJobs, ...collectJobs, ...scoringJobs, ...layerJobs, ...segmentJobs, ...pastJobs };

/** Work that repeats by the clock. */
export const ticks: Ticks = { 'kernel.rotations': rotationTick, 'customers.upkeep': customersTick, 'collect.recipes': collectTick, 'lifecycle.silence': lifecycleTick, 'lifecycle.scores': scoringTick, 'lifecycle.signals': signalsTick, 'lifecycle.layers': layersTick, 'lifecycle.segments': segmentsTick, 'lifecycle.touch': touchTick, 'insight.experiments': experimentsTick, 'engage.journeys': journeysTick, 'reach.broadcasts': broadcastsTick, ...backupTick, ...webhookTick };

// What upper modules lend to lower ones: the timeline of orders, the finder by order number, tags by filter and by value.
registerCollect();
registerCollectTraits();
registerRuleTags();
registerValueTags();
registerSignalTraits();
registerTouchUses();
registerProgrammeUses();
registerGoalUses();
registerOfferTraits();
registerExperiments();
registerCustomersSealed();
registerCollectSealed();
registerCollectEraser();
registerLifecycleEraser();
registerWebhooksSealed();
registerWebhookEraser();
registerReach();
registerEngage();

function newApp({ log, front }: AppOptions): FastifyInstance {
  const app = fastify({ loggerInstance: log, bodyLimit: 5 * 1024 * 1024, trustProxy: front?.proxies ?? trustedProxies(undefined), return503OnClosing: false, frameworkErrors: sendProblem, logController: new LogController({ disableRequestLogging: true }) }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app;
}

const frontOf = ({ readiness, front }: AppOptions): FrontOptions => ({ ready: () => readiness.ready, stopping: () => readiness.stopping === true, ...front });

/** Builds the whole server over given stores and clock; tests build it the same way as server.ts. */
export async function buildApp(stores: Stores, given: AppOptions): Promise<FastifyInstance> {
  const { onAppend = () => undefined } = given;
  const app = newApp(given), options = frontOf(given);
  await openFront(app, options);
  await openCollect(app, stores, { onAppend });
  await openMessageDoor(app, stores);
  mount(app, stores, identifier(stores).identify, routes);
  await openPreferences(app, stores);
  await closeFront(app, stores, loop, options);
  return app;
}

/** What a process that only works answers: whether it lives, how far behind it is, its figures. */
export async function buildWatch(stores: Stores, given: AppOptions): Promise<FastifyInstance> {
  const app = newApp(given), options = frontOf(given);
  await openFront(app, options);
  closeWatch(app, stores, loop, options);
  return app;
}
