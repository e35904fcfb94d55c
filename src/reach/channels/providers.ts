import { registerProvider } from './channel.ts';
import { smtpProvider } from './email/provider.ts';
import { webhookProvider } from './webhook/provider.ts';

/** Makes every way to send known that reaches people outside. */
export function registerProviders(): void {
  registerProvider(smtpProvider);
  registerProvider(webhookProvider);
}
