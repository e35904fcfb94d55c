import { wheel } from './draws.ts';

export type Product = Readonly<{
  sku: string; name: string; english: string; category: string; priceCents: number; costCents: number;
  /** How often it is taken against the others. */
  weight: number;
  gift?: true;
}>;

const product = (sku: string, name: string, english: string, category: string, priceYuan: number, costShare: number, weight: number, gift?: true): Product =>
  ({ sku, name, english, category, priceCents: priceYuan * 100, costCents: Math.round(priceYuan * costShare * 114), weight, ...(gift && { gift }) });

/** What the shop sells. Names and prices are invented. */
export const CATALOGUE: readonly Product[] = [
  product('LJ-050', '雨前龙井 50g', 'Longjing before the rains 50 g', '绿茶', 58, 0.5, 10),
  product('LJ-100', '明前龙井 100g', 'Longjing before Qingming 100 g', '绿茶', 168, 0.5, 4),
  product('BLC-050', '碧螺春 50g', 'Biluochun 50 g', '绿茶', 66, 0.48, 6),
  product('MF-100', '黄山毛峰 100g', 'Huangshan Maofeng 100 g', '绿茶', 88, 0.46, 5),
  product('TGY-125', '清香铁观音 125g', 'Tieguanyin 125 g', '乌龙茶', 69, 0.45, 8),
  product('DHP-100', '武夷大红袍 100g', 'Dahongpao 100 g', '乌龙茶', 98, 0.45, 6),
  product('FHDC-080', '凤凰单丛 鸭屎香 80g', 'Phoenix Dancong 80 g', '乌龙茶', 88, 0.46, 5),
  product('ZSXZ-100', '正山小种 100g', 'Lapsang Souchong 100 g', '红茶', 59, 0.43, 8),
  product('JJM-050', '金骏眉 50g', 'Jinjunmei 50 g', '红茶', 89, 0.47, 5),
  product('DH-100', '滇红金芽 100g', 'Dianhong Golden Bud 100 g', '红茶', 49, 0.42, 7),
  product('BHYZ-050', '白毫银针 50g', 'Silver Needle 50 g', '白茶', 118, 0.48, 3),
  product('SM-350', '寿眉老白茶饼 350g', 'Aged Shoumei cake 350 g', '白茶', 138, 0.46, 4),
  product('PE-357', '熟普七子饼 357g', 'Ripe Pu’er cake 357 g', '普洱', 108, 0.44, 5),
  product('PE-MINI', '小青柑普洱 150g', 'Mandarin Pu’er 150 g', '普洱', 52, 0.43, 7),
  product('ML-100', '茉莉飘雪 100g', 'Jasmine Snow 100 g', '花茶', 45, 0.41, 9),
  product('GH-060', '桂花乌龙茶包 20 袋', 'Osmanthus Oolong 20 bags', '花茶', 36, 0.4, 12),
  product('CB-030', '每日冷泡茶包 30 袋', 'Cold-brew bags 30', '花茶', 42, 0.4, 11),
  product('GW-150', '白瓷盖碗 150ml', 'Porcelain gaiwan 150 ml', '茶器', 78, 0.52, 3),
  product('ZS-200', '紫砂壶 西施 200ml', 'Yixing teapot 200 ml', '茶器', 268, 0.55, 1),
  product('BL-500', '随行玻璃杯 500ml', 'Travel glass 500 ml', '茶器', 59, 0.5, 4),
  product('LH-ZQ', '中秋团圆茶礼盒', 'Mid-autumn gift box', '礼盒', 198, 0.5, 4, true),
  product('LH-XC', '新春好事茶礼盒', 'New year gift box', '礼盒', 228, 0.5, 4, true),
  product('LH-YX', '雅序四味茶礼盒', 'Four teas gift box', '礼盒', 168, 0.49, 4, true),
  product('LH-MINI', '一周茶单 7 泡装', 'A week of tea, 7 pouches', '礼盒', 49, 0.44, 8, true),
];

/** Categories of tea a customer may favour. */
export const FAVOURITES = ['绿茶', '乌龙茶', '红茶', '白茶', '普洱', '花茶'] as const;

const everyday = wheel(CATALOGUE.map(({ weight, gift }) => (gift ? weight * 0.3 : weight)));
const gifts = wheel(CATALOGUE.map(({ weight, gift }) => (gift ? weight * 3 : weight * 0.15)));
const favoured = new Map(FAVOURITES.map((name) => [name as string, wheel(CATALOGUE.map(({ weight, category }) => (category === name ? weight : 0)))]));

/** A product by one number of [0, 1): a gift, one of the favourite tea, or anything. */
export const productAt = (at: number, taste: 'gift' | 'any' | string): Product =>
  CATALOGUE[(taste === 'gift' ? gifts : favoured.get(taste) ?? everyday)(at)] as Product;
