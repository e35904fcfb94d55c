import { type Language, speaker } from '../words/index.ts';
import { conditions as words } from '../words/conditions.ts';
import { type Catalogue, type CatalogueField, CREATED_FIELD, fieldOf, NAME_FIELD, REACH_FIELD } from './catalogue.ts';
import type { Condition, EventCondition, PropertyFilter, Test, Tree, Window } from './tree.ts';

const say = speaker(words);
type Label = CatalogueField['label'];
const labelIn = (language: Language, label: Label, fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[language]);

const OWN_COLUMNS: readonly string[] = [NAME_FIELD, REACH_FIELD, CREATED_FIELD];

type Teller = { language: Language; catalogue: Catalogue };
/** Money is kept in minor units; people read major ones. */
const MINOR = 100;

function testWords({ language }: Teller, what: string, test: Test, field?: CatalogueField): string {
  const shown = (value: string | number): string | number => {
    if (typeof value === 'number') return field?.type === 'money' ? value / MINOR : value;
    return labelIn(language, field?.options?.find((option) => option.value === value)?.label, value);
  };
  const params: Record<string, unknown> = { ...test, what };
  if ('value' in test) params.value = shown(test.value);
  if ('values' in test) params.values = test.values.map(shown).join(say(language, 'condition.list'));
  if (test.op === 'between') Object.assign(params, { from: shown(test.from), to: shown(test.to) });
  return say(language, `condition.op.${test.op}`, params);
}

const propertyWords = (language: Language, property: string): string =>
  property.startsWith('$') && words[`condition.property.${property.slice(1)}` as keyof typeof words] ? say(language, `condition.property.${property.slice(1)}`) : property;

function windowWords(language: Language, window: Window): string {
  if (window.kind === 'calendar') return say(language, `condition.window.${window.unit}`, { back: -window.offset });
  return say(language, `condition.window.${window.kind}`, window);
}

function whereWords(teller: Teller, where: readonly PropertyFilter[]): string {
  if (where.length === 0) return '';
  const inner = where.map(({ property, test }) => testWords(teller, propertyWords(teller.language, property), test)).join(say(teller.language, 'condition.and'));
  return say(teller.language, 'condition.where', { inner });
}

/** "At least once" and "never" have shorter words than a count compared with a number. */
function doneWords({ of }: EventCondition): 'condition.done' | 'condition.not_done' | undefined {
  if (of.measure !== 'count') return undefined;
  if ((of.test.op === 'at_least' && of.test.value === 1) || (of.test.op === 'greater' && of.test.value === 0)) return 'condition.done';
  if ((of.test.op === 'is' || of.test.op === 'at_most') && of.test.value === 0) return 'condition.not_done';
  return undefined;
}

function eventWords(teller: Teller, condition: EventCondition): string {
  const { language, catalogue } = teller;
  const label = catalogue.events?.find((one) => one.event === condition.event)?.label;
  const params = {
    event: labelIn(language, label, condition.event),
    where: whereWords(teller, condition.where),
    window: windowWords(language, condition.window),
    property: 'property' in condition.of ? propertyWords(language, condition.of.property) : '',
  };
  const done = doneWords(condition);
  if (done) return say(language, done, params);
  const money = 'property' in condition.of && condition.of.property === '$amount' ? ({ key: '$amount', type: 'money' } as const) : undefined;
  return testWords(teller, say(language, `condition.measure.${condition.of.measure}`, params), condition.of.test, money);
}

function joined(teller: Teller, condition: Extract<Condition, { kind: 'and' | 'or' }>): string {
  const { language } = teller;
  if (condition.of.length === 0) return say(language, condition.kind === 'and' ? 'condition.everybody' : 'condition.nobody');
  const parts = condition.of.map((child) => {
    const inner = sentence(teller, child);
    const mixed = (child.kind === 'and' || child.kind === 'or') && child.of.length > 1 && condition.of.length > 1;
    return mixed ? say(language, 'condition.group', { inner }) : inner;
  });
  return parts.join(say(language, `condition.${condition.kind}`));
}

function sentence(teller: Teller, condition: Condition): string {
  const { language, catalogue } = teller;
  switch (condition.kind) {
    case 'and': case 'or': return joined(teller, condition);
    case 'not': return say(language, 'condition.not', { inner: sentence(teller, condition.of) });
    case 'tag': return testWords(teller, say(language, 'condition.tag'), condition.test);
    case 'event': return eventWords(teller, condition);
    case 'field': {
      const field = fieldOf(catalogue, condition.field);
      const fallback = OWN_COLUMNS.includes(condition.field) ? say(language, `condition.${condition.field}`) : condition.field;
      return testWords(teller, labelIn(language, field?.label, fallback), condition.test, field);
    }
  }
}

/** The filter as one sentence in the reader's language; labels come from the catalogue, keys stand in where there is none. */
export const describe = (tree: Tree, language: Language, catalogue: Catalogue): string => sentence({ language, catalogue }, tree.root);
