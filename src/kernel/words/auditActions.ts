/** Everything the audit log tells of; web/src/words/audit.ts says each in three languages. */
export const AUDIT_ACTIONS = [
  'session.open', 'workspace.create', 'workspace.change', 'member.change', 'member.remove', 'invitation.create', 'invitation.withdraw',
  'invitation.accept', 'key.create', 'key.revoke', 'keys.rotate', 'keys.rotated', 'password.change', 'export', 'unmask', 'exchange.taken',
  'customers.taken', 'source.add', 'source.change', 'source.key', 'source.key.revoke', 'quarantine.replay', 'quarantine.dismiss', 'import.start',
  'import.undo', 'recipe.save', 'recipe.change', 'recipe.remove', 'customer.write', 'customer.merge', 'customer.unmerge', 'customer.erase',
  'customer.erased', 'customer.erasure_lifted', 'identity.kept_apart', 'identity.review_closed', 'identity.limits', 'segment.created', 'segment.frozen',
  'segment.changed', 'segment.archived', 'persona.saved', 'persona.removed', 'layers.changed', 'lifecycle_model.chosen', 'stage_rules.changed',
  'stage_strategy.changed', 'rfm_rules.changed', 'value_weights.changed', 'scoring_policy.changed', 'scoring.objected', 'scoring.objection_dropped',
  'price_use.asked', 'price_use.approved', 'price_use.refused', 'price_use.ended', 'exit_reason.coded', 'risk_rule.changed', 'risk.decided', 'core.set',
  'core.changed', 'core.closed', 'product_fit.changed', 'product_fit.removed', 'touch.policy', 'tasks.rule', 'cost.added', 'cost.removed',
  'budget_plan.kept', 'budget_plan.dropped', 'goal.set', 'goal.changed', 'goal.removed', 'metric.changed', 'report.kept', 'report.removed',
  'benchmark_line.changed', 'cycle.started', 'cycle.changed', 'cycle.closed', 'promotion.added', 'promotion.changed', 'promotion.removed',
  'experiment.created', 'experiment.changed', 'experiment.opened', 'experiment.drawn', 'experiment.exported', 'experiment.settled',
  'experiment.removed', 'journey.created', 'journey.changed', 'journey.launched', 'journey.paused', 'journey.resumed', 'journey.stopped',
  'journey.archived', 'journey.migrated', 'journey.taken_out', 'journey.approval_asked', 'journey.approval_approved', 'journey.approval_refused',
  'journey.setting_changed', 'template.created', 'template.changed', 'template.published', 'template.tested', 'template.archived',
  'template.rules_changed', 'block.created', 'block.changed', 'block.archived', 'channel.add', 'channel.change', 'channel.remove', 'reach.rules',
  'reach.group', 'reach.group.change', 'reach.topic.joined', 'reach.topic.left', 'reach.suppress', 'reach.lift', 'reach.source.lift', 'webhook.create',
  'webhook.change', 'webhook.pause', 'webhook.resume', 'webhook.secret', 'webhook.remove', 'webhook.resend', 'webhook.test',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
