import type { Random } from '../../kernel/random.ts';
import { FAVOURITES } from './catalogue.ts';
import { between, chanceOf, indexOf, wheel } from './draws.ts';
import { chineseName, companyName, englishName, type Gender, type Place, placeOf } from './names.ts';
import { ACQUISITION, REFERRED, SHOPS, type Shop, type World } from './world.ts';

export type Kind = 'consumer' | 'gift' | 'b2b' | 'prospect';

/** How somebody buys: all the plan of orders needs, without name and number. */
export type Buyer = Readonly<{
  index: number; kind: Kind; arrivedDay: number; home: Shop; other: Shop; taste: string;
  /** 0 looks for the cheaper of two teas, 1 for the dearer. */
  tier: number;
  acquisition: string; abroad: boolean; referrer: number | null;
}>;

/** A birthday as people give it: of the solar or of the lunar calendar. */
export type Birthday = Readonly<{ year: number; month: number; day: number; lunar: boolean }>;

export type Person = Readonly<{ index: number; number: string; name: string; gender: Gender; phone: string; email: string; place: Place }>;
/** What a customer told besides: when to congratulate and where to write. */
export type Told = Readonly<{ birthday: Birthday | null; consents: readonly ConsentChannel[] }>;
export const CONSENT_CHANNELS = ['sms', 'email', 'wecom', 'mp'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** Purposes of the streams of chance, so that none of them moves when another is drawn longer. */
export const PURPOSE = { buyer: 0, person: 1, habit: 2, order: 3, session: 4, told: 5, opinion: 6, regular: 7 } as const;

const home = wheel(SHOPS.map(({ share }) => share));
const acquired = wheel(ACQUISITION.map(({ share }) => share));
const SHARES = { b2b: 0.002, gift: 0.055, prospect: 0.05 } as const;
const STORE = SHOPS.findIndex(({ key }) => key === 'pos');
const SITE = SHOPS.findIndex(({ key }) => key === 'site');
const WALKED_IN = ACQUISITION.findIndex(({ key }) => key === '门店自然客流');

const kindAt = (at: number): Kind =>
  at < SHARES.b2b ? 'b2b' : at < SHARES.b2b + SHARES.gift ? 'gift' : at < SHARES.b2b + SHARES.gift + SHARES.prospect ? 'prospect' : 'consumer';

/** The customer of an index: earlier indexes arrived earlier. */
export function buyerOf(world: World, index: number): Buyer {
  const random = chanceOf(world.seed, index, PURPOSE.buyer);
  const arrivedDay = indexOf(world.arrivals, (index + random()) / world.customers);
  const kind = kindAt(random());
  const way = acquired(random());
  const first = way === WALKED_IN ? STORE : home(random());
  const second = home(random());
  return {
    index, kind, arrivedDay,
    home: SHOPS[first] as Shop, other: SHOPS[second] as Shop,
    taste: FAVOURITES[Math.floor(random() * FAVOURITES.length)] as string,
    tier: random(),
    acquisition: (ACQUISITION[way] as (typeof ACQUISITION)[number]).key,
    abroad: first === SITE && random() < 0.8,
    referrer: way === REFERRED && index > 20 ? Math.floor(random() * index) : null,
  };
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

/** Prefix 154 has never been given out in mainland China, and 555-01xx is kept for stories in North America: nobody is called. */
const phoneOf = (index: number, abroad: boolean): string => {
  if (!abroad) return `+86154${digits((index * 73_687_879 + 12_345_678) % 100_000_000, 8)}`;
  const area = AREAS[Math.floor(index / 100) % AREAS.length];
  return `+1${area}55501${digits(index % 100, 2)}`;
};
const AREAS = ['206', '212', '310', '415', '604', '617', '646', '702', '778', '808', '303', '312', '404', '503', '512', '602', '614', '713', '801', '919'] as const;

const consentsOf = (random: Random, reach: { phone: boolean; email: boolean; shop: Shop }): ConsentChannel[] => {
  const said = CONSENT_CHANNELS.map(() => random());
  const odds: Record<ConsentChannel, number> = {
    sms: reach.phone ? 0.71 : 0, email: reach.email ? 0.62 : 0,
    wecom: reach.shop.key === 'pos' || reach.shop.key === 'youzan' ? 0.46 : 0.12, mp: reach.shop.key === 'youzan' ? 0.68 : 0.15,
  };
  return CONSENT_CHANNELS.filter((channel, i) => (said[i] as number) < odds[channel]);
};

const birthdayOf = (random: Random, abroad: boolean): Birthday | null => {
  const given = random() < 0.64, lunar = random() < 0.22 && !abroad;
  const year = between(random, 1956, 2004), month = between(random, 1, 12), day = between(random, 1, 28);
  return given ? { year, month, day, lunar } : null;
};

const digitsOf = ({ customers }: World, index: number): string => digits(index + 1, customers > 999_999 ? 7 : 6);
/** The number a customer is known by in every file. */
export const memberNo = (world: World, index: number): string => `SIM-${digitsOf(world, index)}`;

/** Name and numbers of a buyer; all invented, and unmistakably so. */
export function personOf(world: World, { index, kind, abroad }: Buyer): Person {
  const random = chanceOf(world.seed, index, PURPOSE.person);
  const gender: Gender = random() < 0.61 ? 'f' : 'm';
  const withPhone = random() < (abroad ? 0.45 : 0.94), withEmail = random() < (abroad ? 0.97 : kind === 'b2b' ? 0.9 : 0.33);
  const name = kind === 'b2b' ? companyName(random) : abroad ? englishName(random, gender) : chineseName(random, gender);
  return {
    index, number: memberNo(world, index), name, gender,
    phone: withPhone && (!abroad || index < AREAS.length * 100) ? phoneOf(index, abroad) : '',
    email: withEmail ? `sim-${digitsOf(world, index)}@example.${index % 3 === 0 ? 'org' : 'com'}` : '',
    place: placeOf(random, abroad),
  };
}

export function toldBy(world: World, buyer: Buyer, { phone, email }: Person): Told {
  const random = chanceOf(world.seed, buyer.index, PURPOSE.told);
  return {
    birthday: buyer.kind === 'b2b' ? null : birthdayOf(random, buyer.abroad),
    consents: consentsOf(random, { phone: phone !== '', email: email !== '', shop: buyer.home }),
  };
}
