import { registerEraser } from '../../customers/index.ts';
import { registerSealed, sealedColumn } from '../../kernel/rotation/index.ts';
import { aliyunSms, tencentSms, twilioSms } from './adapters/sms.ts';
import { mpProvider, wecomProvider } from './adapters/weixin.ts';
import { inAppProvider } from './browser/inApp.ts';
import { registerProvider } from './channel.ts';
import { smtpProvider } from './email/provider.ts';
import { pushProvider } from './push/provider.ts';
import { forgetBrowsers } from './queries/browsers.ts';
import { webhookProvider } from './webhook/provider.ts';

/** Makes every way to send known that reaches people outside, what they keep of people among what is sealed, and its erasure. */
export function registerProviders(): void {
  registerProvider(smtpProvider);
  registerProvider(webhookProvider);
  registerProvider(pushProvider);
  registerProvider(inAppProvider);
  registerProvider(aliyunSms);
  registerProvider(tencentSms);
  registerProvider(twilioSms);
  registerProvider(wecomProvider);
  registerProvider(mpProvider);
  registerSealed(sealedColumn({ table: 'push_subscription', context: "'push:' || id" }));
  registerSealed(sealedColumn({ table: 'in_app_message', context: "'in_app:' || id" }));
  registerEraser({ name: 'browsers', inPostgres: (tx, _, workspaceId, { subjects }) => forgetBrowsers(tx, workspaceId, subjects) });
}
