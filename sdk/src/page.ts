type Said = Record<string, unknown>;

const UTM = /^utm_(source|medium|campaign|term|content)$/;

/** Campaign of the address: utm_campaign is its name. */
function campaignOf(search: string): Said {
  const campaign: Said = {};
  new URLSearchParams(search).forEach((value, key) => {
    const part = UTM.exec(key)?.[1];
    if (part) campaign[part === 'campaign' ? 'name' : part] = value;
  });
  return campaign;
}

export const pageNow = (): Said => ({ url: location.href, path: location.pathname, search: location.search, title: document.title, referrer: document.referrer });

/** Where it happened. Nothing here tells one browser from another. */
export const contextNow = (): Said => ({
  page: pageNow(), campaign: campaignOf(location.search), locale: navigator.language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, library: { name: 'perennial.js', version: '0.1.0' },
});

/** Whether this browser asks not to be followed (Do Not Track, Global Privacy Control). */
export const asksForPrivacy = (): boolean => navigator.doNotTrack === '1' || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

/** A random id (UUID v4) also where pages are not served securely. */
export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
