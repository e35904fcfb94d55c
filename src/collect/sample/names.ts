import type { Random } from '../../kernel/random.ts';
import { pick, wheel } from './draws.ts';

/** Surnames with their share among Chinese people, per mille (the hundred commonest carry the rest evenly). */
const SURNAMES: ReadonlyArray<readonly [string, number]> = [
  ['王', 72], ['李', 72], ['张', 68], ['刘', 54], ['陈', 45], ['杨', 31], ['黄', 22], ['赵', 21], ['吴', 20], ['周', 20],
  ['徐', 14], ['孙', 13], ['马', 12], ['朱', 12], ['胡', 12], ['郭', 11], ['何', 11], ['林', 11], ['罗', 10], ['高', 10],
  ['郑', 9], ['梁', 9], ['谢', 8], ['宋', 8], ['唐', 7], ['许', 7], ['韩', 6], ['邓', 6], ['冯', 6], ['曹', 6],
  ['彭', 5], ['曾', 5], ['肖', 5], ['田', 5], ['董', 5], ['潘', 5], ['袁', 5], ['蔡', 5], ['蒋', 5], ['余', 4],
  ['于', 4], ['杜', 4], ['叶', 4], ['程', 4], ['魏', 4], ['苏', 4], ['吕', 4], ['丁', 4], ['任', 4], ['卢', 4],
  ['姚', 4], ['沈', 4], ['钟', 3], ['姜', 3], ['崔', 3], ['谭', 3], ['陆', 3], ['范', 3], ['汪', 3], ['廖', 3],
  ['石', 3], ['金', 3], ['韦', 3], ['贾', 3], ['夏', 3], ['付', 3], ['方', 3], ['邹', 3], ['熊', 3], ['白', 2], ['孟', 2], ['秦', 2],
];
const GIVEN = {
  f: ['静', '敏', '丽', '艳', '婷', '雪', '娜', '洁', '颖', '琳', '慧', '芳', '雅', '倩', '悦', '欣怡', '梓涵', '诗涵', '雨桐', '思琪', '佳怡', '子萱', '梦瑶', '晓燕', '秀英', '玉兰', '桂英', '海燕', '春梅', '婉清', '若曦', '一诺', '语嫣', '文静', '雅琴', '丽华', '淑芬', '美玲', '安琪', '书瑶'],
  m: ['伟', '强', '磊', '军', '洋', '勇', '杰', '涛', '超', '明', '刚', '鹏', '浩', '宇轩', '浩然', '子豪', '俊杰', '嘉豪', '志强', '建国', '建华', '国庆', '文博', '天宇', '一鸣', '思远', '志明', '海涛', '晓东', '泽宇', '明轩', '家辉', '永强', '文杰', '子轩', '承志', '知行', '立新', '少华', '景行'],
} as const;
const FIRST = {
  f: ['Emma', 'Olivia', 'Sophie', 'Grace', 'Hannah', 'Alice', 'Chloe', 'Lucy', 'Ruth', 'Nora', 'Claire', 'Megan', 'Julia', 'Helen', 'Amelia', 'Zoe', 'Ivy', 'Laura', 'Naomi', 'Rachel'],
  m: ['James', 'Oliver', 'Henry', 'Daniel', 'Thomas', 'Lucas', 'Ethan', 'Samuel', 'Peter', 'Andrew', 'Simon', 'Martin', 'Felix', 'Leo', 'Adam', 'Victor', 'Owen', 'Isaac', 'Paul', 'Mark'],
} as const;
const LAST = ['Smith', 'Brown', 'Taylor', 'Wilson', 'Evans', 'Walker', 'Wright', 'Green', 'Hall', 'Clarke', 'Young', 'King', 'Baker', 'Hughes', 'Morgan', 'Cooper', 'Reed', 'Bell', 'Murphy', 'Foster', 'Chan', 'Lee', 'Wong', 'Lim', 'Tan'] as const;

/** City, province, weight. */
const CITIES: ReadonlyArray<readonly [string, string, number]> = [
  ['杭州市', '浙江省', 11], ['上海市', '上海市', 11], ['北京市', '北京市', 9], ['广州市', '广东省', 8], ['深圳市', '广东省', 8],
  ['苏州市', '江苏省', 5], ['南京市', '江苏省', 5], ['成都市', '四川省', 6], ['武汉市', '湖北省', 4], ['宁波市', '浙江省', 4],
  ['厦门市', '福建省', 4], ['福州市', '福建省', 4], ['泉州市', '福建省', 3], ['长沙市', '湖南省', 3], ['西安市', '陕西省', 3],
  ['重庆市', '重庆市', 3], ['青岛市', '山东省', 3], ['济南市', '山东省', 2], ['郑州市', '河南省', 2], ['合肥市', '安徽省', 2],
  ['昆明市', '云南省', 2], ['天津市', '天津市', 2], ['无锡市', '江苏省', 2], ['温州市', '浙江省', 2], ['佛山市', '广东省', 2], ['沈阳市', '辽宁省', 1], ['大连市', '辽宁省', 1],
];
const ABROAD = [['London', 'England'], ['Vancouver', 'British Columbia'], ['Seattle', 'Washington'], ['Singapore', 'Singapore'], ['Sydney', 'New South Wales'], ['San Francisco', 'California']] as const;

const surname = wheel(SURNAMES.map(([, weight]) => weight));
const city = wheel(CITIES.map(([, , weight]) => weight));

export type Gender = 'f' | 'm';
export type Place = Readonly<{ city: string; province: string }>;

export function chineseName(random: Random, gender: Gender): string {
  const [family] = SURNAMES[surname(random())] as readonly [string, number];
  return family + pick(random, GIVEN[gender]);
}

export const englishName = (random: Random, gender: Gender): string => `${pick(random, FIRST[gender])} ${pick(random, LAST)}`;

export function placeOf(random: Random, abroad: boolean): Place {
  if (abroad) {
    const [name, region] = pick(random, ABROAD);
    return { city: name, province: region };
  }
  const [name, province] = CITIES[city(random())] as readonly [string, string, number];
  return { city: name, province };
}

const TRADES = ['茶室', '酒店', '餐饮', '会所', '文化传播', '贸易', '民宿', '设计事务所'] as const;
const PLACES = ['云栖', '听松', '南山', '半亩', '竹里', '知味', '清和', '归园', '澄明', '晴川'] as const;

/** A company that does not exist, and says so. */
export const companyName = (random: Random): string => `${pick(random, PLACES)}${pick(random, TRADES)}有限公司（模拟）`;
