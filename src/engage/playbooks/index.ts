import { type Language, say } from '../../kernel/words/index.ts';
import { type Definition, PLACEHOLDER } from '../core/definition.ts';
import { growing } from './growing.ts';
import { keeping } from './keeping.ts';
import { offering } from './offering.ts';

/** A ready journey: what it is called (`playbook.<key>`), the stage it works on, its definition, and the keys of the templates it needs. */
export type Playbook = { key: string; stage: string | null; definition: Definition; templates: string[] };

const templatesIn = ({ nodes }: Definition): string[] => [...new Set(nodes.flatMap((node) => (node.kind === 'send' && node.template.id.startsWith(PLACEHOLDER) ? [node.template.id.slice(PLACEHOLDER.length)] : [])))];

export const PLAYBOOKS: readonly Playbook[] = Object.entries({ ...growing, ...keeping, ...offering }).map(([key, { stage, definition }]) => ({ key, stage, definition, templates: templatesIn(definition) }));

/** A playbook with templates of the workspace in their places; those not given stay to be chosen. */
export const withTemplates = (definition: Definition, templates: Readonly<Record<string, string>>): Definition => ({
  ...definition,
  nodes: definition.nodes.map((node) => (node.kind === 'send' && Object.hasOwn(templates, node.template.id.slice(PLACEHOLDER.length)) ? { ...node, template: { ...node.template, id: templates[node.template.id.slice(PLACEHOLDER.length)] as string } } : node)),
});

/** A playbook whose tasks speak a language. */
export const spoken = (definition: Definition, language: Language): Definition =>
  ({ ...definition, nodes: definition.nodes.map((node) => (node.kind === 'task' ? { ...node, text: say(language, `playbook.task.${node.text}`) } : node)) });

/** Sends whose template is still to be chosen. */
export const unchosen = ({ nodes }: Definition): { node: string; template: string }[] =>
  nodes.flatMap((node) => (node.kind === 'send' && node.template.id.startsWith(PLACEHOLDER) ? [{ node: node.id, template: node.template.id.slice(PLACEHOLDER.length) }] : []));
