import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What clients ask for before they send: the same answer whatever key they name, so that nobody learns which keys exist. */

const keyIn = ({ params }: FastifyRequest): string => (params as { key?: string }).key ?? '';

/** Segment's browser client: where to send, and that nothing else is connected. */
const segmentSettings = (request: FastifyRequest): object => ({
  integrations: { 'Segment.io': { apiKey: keyIn(request), apiHost: `${request.host}/v1`, protocol: request.protocol, unbundledIntegrations: [], addBundledMetadata: false } },
  plan: { track: { __default: { enabled: true } }, identify: { __default: { enabled: true } }, group: { __default: { enabled: true } } },
  edgeFunction: {}, legacyVideoPluginsEnabled: false, remotePlugins: [],
});

/** RudderStack's browser client: an enabled source without destinations. */
const rudderConfig = (request: FastifyRequest): object => {
  const { writeKey = '' } = request.query as { writeKey?: string };
  return { source: { id: 'perennial', name: 'perennial', writeKey, enabled: true, config: {}, connections: [], destinations: [], workspaceId: 'perennial', dataplanes: {} }, updatedAt: '' };
};

/** PostHog's browser client: no recordings, surveys, flags or toolbar. */
const posthogConfig = (request: FastifyRequest): object => ({
  token: keyIn(request), supportedCompression: ['gzip', 'gzip-js'], hasFeatureFlags: false, sessionRecording: false, surveys: false, heatmaps: false, capturePerformance: false,
  autocaptureExceptions: false, captureDeadClicks: false, autocapture_opt_out: false, defaultIdentifiedOnly: true, isAuthenticated: false, toolbarParams: {}, siteApps: [], siteAppsJS: [],
});
const posthogFlags = (): object => ({ flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false, requestId: '', config: { enable_collect_everything: true } });

const asScript = (request: FastifyRequest): string => {
  const key = JSON.stringify(keyIn(request)).replaceAll('<', '\\u003c');
  return `(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})[${key}]={config:${JSON.stringify(posthogConfig(request)).replaceAll('<', '\\u003c')},siteApps:[]};`;
};

export function serveGreetings(door: FastifyInstance): void {
  door.get('/v1/projects/:key/settings', async (request) => segmentSettings(request));
  for (const url of ['/sourceConfig', '/sourceConfig/']) door.get(url, async (request) => rudderConfig(request));
  door.get('/array/:key/config', async (request) => posthogConfig(request));
  door.get('/array/:key/config.js', async (request, reply) => reply.type('text/javascript; charset=utf-8').header('cross-origin-resource-policy', 'cross-origin').send(asScript(request)));
  for (const url of ['/flags', '/flags/', '/decide', '/decide/']) door.post(url, async () => posthogFlags());
}
