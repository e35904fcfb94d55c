import { STAGES, type Stage } from './rules.ts';

/** A way of cutting the same lifecycle: each stage of its own has one canonical home, each canonical stage one place in it. */
export type ModelTemplate = {
  key: string;
  stages: readonly { key: string; home: Stage }[];
  /** Where each canonical stage stands in this model. Total by its type. */
  place: Readonly<Record<Stage, string>>;
  /** Where a prospect stands who was seen on more than one day; as any prospect unless told. */
  engagedProspect?: string;
};

const template = (key: string, homes: readonly (readonly [string, Stage])[], places: readonly string[], engagedProspect?: string): ModelTemplate => ({
  key,
  stages: homes.map(([stage, home]) => ({ key: stage, home })),
  place: Object.fromEntries(STAGES.map((stage, index) => [stage, places[index] ?? ''])) as Record<Stage, string>,
  ...(engagedProspect === undefined ? {} : { engagedProspect }),
});

/** The model shown unless a workspace chose another: the canonical stages themselves. */
export const CANONICAL: ModelTemplate = template('canonical', STAGES.map((stage) => [stage, stage]), STAGES);

/**
 * The nine models of R14. Columns of `places`: prospect, new, active, mature, declining, at_risk, churned, won_back.
 * A model without an end (loyalty, growth) sends the lost back to acquisition: they must be won again.
 */
export const TEMPLATES: readonly ModelTemplate[] = [
  template('use', [['acquire', 'prospect'], ['use', 'new'], ['upgrade', 'active'], ['loyal', 'mature']],
    ['acquire', 'use', 'upgrade', 'loyal', 'use', 'use', 'acquire', 'use']),
  template('customer', [['potential', 'prospect'], ['new', 'new'], ['active', 'active'], ['old', 'mature']],
    ['potential', 'new', 'active', 'old', 'old', 'old', 'old', 'active']),
  template('relation', [['acquire', 'prospect'], ['develop', 'active'], ['maintain', 'mature'], ['lost', 'churned']],
    ['acquire', 'acquire', 'develop', 'maintain', 'maintain', 'maintain', 'lost', 'develop']),
  template('decline', [['potential', 'prospect'], ['new', 'new'], ['mature', 'mature'], ['declining', 'declining'], ['lost', 'churned']],
    ['potential', 'new', 'mature', 'mature', 'declining', 'declining', 'lost', 'new']),
  template('awareness', [['introduce', 'prospect'], ['aware', 'prospect'], ['buy', 'new'], ['use', 'active'], ['loyal', 'mature'], ['leave', 'churned']],
    ['introduce', 'buy', 'use', 'loyal', 'use', 'leave', 'leave', 'buy'], 'aware'),
  template('value', [['acquire', 'new'], ['active', 'active'], ['retain', 'declining'], ['raise', 'mature'], ['lost', 'churned'], ['repurchase', 'won_back']],
    ['acquire', 'acquire', 'active', 'raise', 'retain', 'retain', 'lost', 'repurchase']),
  template('growth', [['acquire', 'prospect'], ['activate', 'new'], ['retain', 'declining'], ['grow', 'active'], ['deepen', 'mature'], ['prevent', 'at_risk'], ['regain', 'won_back']],
    ['acquire', 'activate', 'grow', 'deepen', 'retain', 'prevent', 'regain', 'regain']),
  template('loss', [['acquire', 'new'], ['active', 'active'], ['lost', 'churned'], ['retain', 'mature']],
    ['acquire', 'acquire', 'active', 'retain', 'retain', 'lost', 'lost', 'retain']),
  template('short', [['acquire', 'new'], ['grow', 'active'], ['mature', 'mature']],
    ['acquire', 'acquire', 'grow', 'mature', 'mature', 'mature', 'acquire', 'grow']),
];

export const MODELS: readonly ModelTemplate[] = [CANONICAL, ...TEMPLATES];

export const modelOf = (key: string): ModelTemplate => MODELS.find((model) => model.key === key) ?? CANONICAL;

/** The one stage of a model in which a customer of this canonical stage stands. */
export const placeIn = (model: ModelTemplate, stage: Stage, isEngaged: boolean): string =>
  stage === 'prospect' && isEngaged && model.engagedProspect !== undefined ? model.engagedProspect : model.place[stage];
