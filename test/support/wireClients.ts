import { createRequire } from 'node:module';

/** The published clients of docs/guide/sending.md, with no more of their shapes than these tests use. They come without types we could share. */
const load = createRequire(import.meta.url);

type Call = (message: object) => void;
export type SegmentNode = { identify: Call; track: Call; page: Call; group: Call; alias: Call; closeAndFlush(): Promise<void> };
export type OlderNode = { identify: Call; track: Call; flush(): Promise<unknown> };
export type RudderNode = { identify: Call; track: Call; alias: Call; flush(done: (error: unknown) => void): void };
export type PosthogNode = { capture: Call; identify: Call; alias: Call; groupIdentify: Call; on(name: 'error', heard: (error: unknown) => void): void; shutdown(): Promise<void> };

type Make<T> = new (options: object) => T;
type MakeWithKey<T> = new (key: string, options: object) => T;

export const segmentNode = (writeKey: string, host: string, more: object = {}): SegmentNode =>
  new (load('@segment/analytics-node') as { Analytics: Make<SegmentNode> }).Analytics({ writeKey, host, flushAt: 20, ...more });
export const olderNode = (writeKey: string, host: string): OlderNode => new (load('analytics-node') as MakeWithKey<OlderNode>)(writeKey, { host, flushAt: 20 });
export function rudderNode(writeKey: string, host: string): RudderNode {
  const made = load('@rudderstack/rudder-sdk-node') as MakeWithKey<RudderNode> & { default?: MakeWithKey<RudderNode> };
  return new (made.default ?? made)(writeKey, { dataPlaneUrl: host, gzip: true });
}
export const posthogNode = (key: string, host: string, more: object = {}): PosthogNode => new (load('posthog-node') as { PostHog: MakeWithKey<PosthogNode> }).PostHog(key, { host, flushAt: 20, ...more });

/** Where each browser client lies as one script. */
export const BROWSER_CLIENTS = {
  segment: '@segment/analytics-next/dist/umd/index.js',
  rudder: '@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js',
  posthog: 'posthog-js/dist/array.full.no-external.js',
} as const;
