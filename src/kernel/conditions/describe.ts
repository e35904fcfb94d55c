import { speaker } from '../words/speaker.ts';
import type { Language } from '../words/types.ts';
import { conditions as words } from '../words/conditions.ts';
import { type Catalogue, type CatalogueField, type CatalogueOption, CREATED_FIELD, fieldOf, NAME_FIELD, REACH_FIELD } from './catalogue.ts';
import type { PropertyFilter, Span, Test, Window } from './tests.ts';
import type { Condition, ConsentCondition, EventCondition, FieldCondition, Leaf, SequenceCondition, StageCondition, Tree, UnfollowedCondition } from './tree.ts';

const say = speaker(words);
type Label = CatalogueField['label'];
const labelIn = (language: Language, label: Label, fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[language]);

const OWN_COLUMNS: readonly string[] = [NAME_FIELD, REACH_FIELD, CREATED_FIELD];

type Teller = { language: Language; catalogue: Catalogue };
/** Money is kept in minor units; people read major ones. */
const MINOR = 100;
const AMOUNT = '$amount';
const MONEY = { key: AMOUNT, type: 'money' } as const;

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
  return say(language, `condition.window.${window.kind === 'recent' ? window.unit : window.kind}`, window);
}

function whereWords(teller: Teller, where: readonly PropertyFilter[]): string {
  if (where.length === 0) return '';
  const inner = where.map(({ property, test }) => testWords(teller, propertyWords(teller.language, property), test, property === AMOUNT ? MONEY : undefined)).join(say(teller.language, 'condition.and'));
  return say(teller.language, 'condition.where', { inner });
}

/** "At least once" and "never" have shorter words than a count compared with a number. */
function doneWords({ of }: EventCondition): 'condition.done' | 'condition.not_done' | undefined {
  if (of.measure !== 'count') return undefined;
  if ((of.test.op === 'at_least' && of.test.value === 1) || (of.test.op === 'greater' && of.test.value === 0)) return 'condition.done';
  if ((of.test.op === 'is' || of.test.op === 'at_most') && of.test.value === 0) return 'condition.not_done';
  return undefined;
}

const eventLabel = ({ language, catalogue }: Teller, event: string): string => labelIn(language, catalogue.events?.find((one) => one.event === event)?.label, event);

function eventWords(teller: Teller, condition: EventCondition): string {
  const { language } = teller;
  const params = {
    event: eventLabel(teller, condition.event),
    where: whereWords(teller, condition.where),
    window: windowWords(language, condition.window),
    property: 'property' in condition.of ? propertyWords(language, condition.of.property) : '',
  };
  const done = doneWords(condition);
  if (done) return say(language, done, params);
  const money = 'property' in condition.of && condition.of.property === AMOUNT && condition.of.measure !== 'distinct' ? MONEY : undefined;
  return testWords(teller, say(language, `condition.measure.${condition.of.measure}`, params), condition.of.test, money);
}

const spanWords = (language: Language, span: Span): string => say(language, `condition.span.${span.unit}`, span);
const sameWords = ({ language }: Teller, same: string | undefined): string => (same === undefined ? '' : say(language, 'condition.same', { property: propertyWords(language, same) }));
const stepWords = (teller: Teller, { event, where }: { event: string; where: readonly PropertyFilter[] }): string =>
  say(teller.language, 'condition.step', { event: eventLabel(teller, event), where: whereWords(teller, where) });

function sequenceWords(teller: Teller, { steps, window, within, same }: SequenceCondition): string {
  const { language } = teller;
  const told = steps.map((step, at) => {
    const inner = stepWords(teller, step);
    if (at === 0) return inner;
    return step.within ? say(language, 'condition.then_within', { inner, span: spanWords(language, step.within) }) : say(language, 'condition.then', { inner });
  });
  return say(language, 'condition.sequence', {
    steps: told.join(''), window: windowWords(language, window), whole: within ? say(language, 'condition.whole', { span: spanWords(language, within) }) : '', same: sameWords(teller, same),
  });
}

const unfollowedWords = (teller: Teller, condition: UnfollowedCondition): string => say(teller.language, 'condition.unfollowed', {
  step: stepWords(teller, condition), by: stepWords(teller, condition.by), span: spanWords(teller.language, condition.within), same: sameWords(teller, condition.same),
  window: windowWords(teller.language, condition.window),
});

const labelsOf = (language: Language, values: readonly string[], options: readonly CatalogueOption[] | undefined): string =>
  values.map((value) => labelIn(language, options?.find((option) => option.value === value)?.label, value)).join(say(language, 'condition.or_list'));

function stageWords(teller: Teller, condition: StageCondition): string {
  const { language, catalogue } = teller;
  const named = (stages: readonly string[]): string => labelsOf(language, stages, catalogue.stages);
  switch (condition.ask) {
    case 'cycle': return testWords(teller, say(language, 'condition.stage.cycle'), condition.test);
    case 'lasted': return testWords(teller, say(language, 'condition.stage.lasted', { stages: named(condition.stages) }), condition.test);
    case 'is': return condition.day === undefined ? say(language, 'condition.stage.is', { stages: named(condition.stages) }) : say(language, 'condition.stage.was', { stages: named(condition.stages), day: condition.day });
    case 'entered': {
      const from = condition.from ? say(language, 'condition.stage.from', { stages: named(condition.from) }) : '';
      const params = { stages: named(condition.stages), from, window: windowWords(language, condition.window) };
      const once = condition.times.op === 'at_least' && condition.times.value === 1;
      return once ? say(language, 'condition.stage.entered', params) : testWords(teller, say(language, 'condition.stage.times', params), condition.times);
    }
  }
}

const consentWords = ({ language, catalogue }: Teller, { channel, purpose, state }: ConsentCondition): string =>
  say(language, `condition.consent.${state}`, { channel: labelsOf(language, [channel], catalogue.channels), purpose: labelsOf(language, [purpose], catalogue.purposes) });

function fieldWords(teller: Teller, { field: key, test }: FieldCondition): string {
  const { language, catalogue } = teller;
  const field = fieldOf(catalogue, key);
  const fallback = OWN_COLUMNS.includes(key) ? say(language, `condition.${key}`) : key;
  return testWords(teller, labelIn(language, field?.label, fallback), test, field);
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

function leafWords(teller: Teller, leaf: Leaf): string {
  const { language, catalogue } = teller;
  switch (leaf.kind) {
    case 'tag': return testWords(teller, say(language, 'condition.tag'), leaf.test);
    case 'field': return fieldWords(teller, leaf);
    case 'event': return eventWords(teller, leaf);
    case 'sequence': return sequenceWords(teller, leaf);
    case 'unfollowed': return unfollowedWords(teller, leaf);
    case 'stage': return stageWords(teller, leaf);
    case 'consent': return consentWords(teller, leaf);
    case 'kept': return say(language, 'condition.kept', { name: catalogue.segments?.find(({ id }) => id === leaf.list)?.label ?? leaf.list });
    case 'segment': return say(language, 'condition.segment', { name: catalogue.segments?.find(({ id }) => id === leaf.segment)?.label ?? leaf.segment });
  }
}

function sentence(teller: Teller, condition: Condition): string {
  switch (condition.kind) {
    case 'and': case 'or': return joined(teller, condition);
    case 'not': return say(teller.language, 'condition.not', { inner: sentence(teller, condition.of) });
    default: return leafWords(teller, condition);
  }
}

/** The filter as one sentence in the reader's language; labels come from the catalogue, keys stand in where there is none. */
export const describe = (tree: Tree, language: Language, catalogue: Catalogue): string => sentence({ language, catalogue }, tree.root);
