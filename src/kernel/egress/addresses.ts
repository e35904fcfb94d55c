import ipaddr from 'ipaddr.js';
import { Refusal } from '../errors.ts';

/** A host that whoever runs the installation lets us ask though it is inside: by the name or address written, on one port or the usual ones (null). */
export type AllowedHost = { host: string; port: number | null };

/** What is handed out of IPv6 to be reached from everywhere (RFC 4291). All forms that wrap an IPv4 address, ::/96 among them, lie outside. */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
/** Public by its range, and yet answered inside a cloud only: Azure's host agent. */
const INSIDE = ['168.63.129.16'];

/** Whether an address, in any spelling, belongs to one machine of the public internet: not this machine, not its network, not a cloud's inside. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || INSIDE.includes(parsed.toString())) return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL);
}

/** The host of an address without the brackets of IPv6 and the dot of the root. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
export const portOf = ({ protocol, port }: URL): number => Number(port) || (DEFAULT_PORTS[protocol] ?? 0);

/** Where web servers listen; everything else is a database, a mail server or somebody's secret. */
const USUAL_PORTS = [80, 443, 8080, 8443];
export const isUsualPort = (port: number): boolean => USUAL_PORTS.includes(port);

/** Where mail servers take mail from programs: submission in its three forms, and from other servers. */
const MAIL_PORTS = [25, 465, 587, 2525];
export const isMailPort = (port: number): boolean => MAIL_PORTS.includes(port);

function allowedHost(entry: string): AllowedHost {
  const bare = entry.replace(/^(\[[^\]]*\]|[^:]*):\d+$/, '$1');
  const url = URL.canParse(`http://${entry}`) && /^[\w.[\]:-]+$/.test(entry) ? new URL(`http://${entry}`) : undefined;
  if (!url) throw new Refusal('start.egress.invalid', { entry });
  return { host: hostOf(url), port: bare === entry ? null : Number(entry.slice(bare.length + 1)) };
}

/** Reads "crm.internal:8080, 10.0.0.5, [fd00::1]:3000". Refuses `start.egress.invalid`: ranges are not named, hosts are. */
export const allowedHosts = (text: string | undefined): AllowedHost[] =>
  (text ?? '').split(',').map((entry) => entry.trim()).filter(Boolean).map(allowedHost);
