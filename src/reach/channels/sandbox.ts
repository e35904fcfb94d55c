import { z } from 'zod';
import type { IdentifierKind } from '../../customers/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { CHANNELS, type ChannelName } from '../core/message.ts';
import { recordReceipts, type ReceiptIn } from '../receipts.ts';
import { type Outgoing, registerProvider, type Sender } from './channel.ts';

/** Of a hundred messages how many the sandbox says failed, and of how many it says nothing more; the rest it delivers. */
export const sandboxConfig = z.object({ failed: z.number().int().min(0).max(100).default(5), pending: z.number().int().min(0).max(100).default(5) });
type SandboxConfig = z.infer<typeof sandboxConfig>;

const ADDRESSES: Readonly<Partial<Record<ChannelName, IdentifierKind>>> = { email: 'email', sms: 'phone', wecom: 'external_userid', mp: 'openid' };
const HUNDRED = 100;

/** The receipt of the n-th message: of every hundred, so many fail, of so many nothing is heard. */
function receiptOf({ id }: Outgoing, n: number, { failed, pending }: SandboxConfig, at: Date): ReceiptIn[] {
  const place = n % HUNDRED;
  if (place >= HUNDRED - pending) return [];
  return [place >= HUNDRED - pending - failed ? { message: id, kind: 'failed', at, code: 'sandbox_refused' } : { message: id, kind: 'delivered', at }];
}

function open(stores: Stores, workspaceId: WorkspaceId, config: SandboxConfig): Promise<Sender> {
  let sent = 0;
  return Promise.resolve({
    send: async (messages) => {
      const at = stores.clock.now();
      await recordReceipts(stores, workspaceId, messages.flatMap((message) => receiptOf(message, sent++, config, at)));
      return messages.map(({ id }) => ({ state: 'accepted' as const, providerId: `sandbox:${id}` }));
    },
    close: () => Promise.resolve(),
  });
}

/** A way to send on every channel that reaches nobody: for trying out, and marked so wherever it is shown. */
export const registerSandbox = (): void => {
  for (const channel of CHANNELS) if (channel !== 'call') registerProvider<SandboxConfig>({ name: 'sandbox', channel, tested: 'live', config: sandboxConfig as z.ZodType<SandboxConfig>, address: ADDRESSES[channel] ?? null, open });
};
