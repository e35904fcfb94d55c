import type { Language } from '../../../kernel/words/types.ts';
import type { ChannelName } from '../message.ts';

/** A part of an e-mail; `shared` is one that is written elsewhere, once for many templates. Texts are Liquid; they hold no HTML: what looks like it is shown as it is written. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'button'; label: string; href: string }
  | { kind: 'image'; src: string; alt: string; href: string }
  | { kind: 'products'; list: string; most: number }
  | { kind: 'divider' }
  | { kind: 'footer'; text: string }
  | { kind: 'shared'; key: string };
export const BLOCK_KINDS = ['heading', 'text', 'button', 'image', 'products', 'divider', 'footer', 'shared'] as const;

/** An e-mail is written as blocks or as MJML; both become MJML. */
export type EmailBody = { kind: 'blocks'; accent: string; blocks: readonly Block[] } | { kind: 'mjml'; mjml: string };

/** What is written for one channel: every text is a Liquid template. `text` of an e-mail is made from its HTML where it is empty. */
export type ChannelContent =
  | { channel: 'email'; subject: string; preheader: string; body: EmailBody; text: string }
  | { channel: 'sms'; text: string }
  | { channel: 'push'; title: string; body: string; url: string }
  | { channel: 'in_app'; shape: 'message' | 'banner'; title: string; body: string; url: string }
  | { channel: 'wecom'; text: string; url: string }
  | { channel: 'mp'; kind: 'service' | 'subscribe'; providerTemplate: string; text: string; data: Readonly<Record<string, string>>; url: string }
  | { channel: 'webhook'; body: Readonly<Record<string, unknown>> }
  | { channel: 'call'; title: string; body: string };

/** Whom a variant is for: of each list that is not empty, one must fit. All empty: everybody. */
export type When = { stages: readonly string[]; segments: readonly string[]; angles: readonly Angle[]; arms: readonly string[] };
export type Entry = { language: Language; content: ChannelContent };
export type Variant = { key: string; name: string; when: When; contents: readonly Entry[] };

/** Everything of a template that has versions. Variants stand in the order in which they are tried; `event`: by which event it is sent, whose properties its texts may say; `sample` is event data for previews; `weights`: how many go into each arm, one where nothing is said. */
export type TemplateDocument = { language: Language; variants: readonly Variant[]; sample: Readonly<Record<string, unknown>>; event?: string | undefined; weights?: Readonly<Record<string, number>> | undefined };

/** How a layer of customers is spoken to: companies want reliability, the most valuable care, frequent buyers the next offer, others ease and price. */
export const ANGLES = ['enterprise', 'premium', 'frequent', 'occasional', 'personal'] as const;
export type Angle = (typeof ANGLES)[number];

/** Whether a variant asks nothing of a person's traits: it may be sent to those who want no message based on theirs. */
export const isGeneric = ({ stages, segments, angles }: When): boolean => stages.length + segments.length + angles.length === 0;

/** The channels some variant has something for, in the order of CHANNELS as given. */
export const channelsOf = (document: TemplateDocument, order: readonly ChannelName[]): ChannelName[] =>
  order.filter((channel) => document.variants.some(({ contents }) => contents.some(({ content }) => content.channel === channel)));
