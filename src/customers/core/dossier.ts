/** The seven sections of a company's record (企业历史、文化、产品特点、竞争优势、主要竞争对手、需求、问题). */
export const DOSSIER_SECTIONS = ['history', 'culture', 'products', 'advantages', 'competitors', 'needs', 'problems'] as const;
export type DossierSection = (typeof DOSSIER_SECTIONS)[number];

export type Completeness = { filled: number; of: number; percent: number; missing: DossierSection[] };

/** How much of the record is written, in whole per cent, and which sections are missing. A section of blanks is missing. */
export function completenessOf(sections: Readonly<Partial<Record<DossierSection, string>>>): Completeness {
  const missing = DOSSIER_SECTIONS.filter((section) => !sections[section]?.trim());
  const of = DOSSIER_SECTIONS.length;
  const filled = of - missing.length;
  return { filled, of, percent: Math.round((filled / of) * 100), missing };
}

/** What somebody decides at a company, the heaviest first: lists of contacts stand in this order. */
export const DECISION_ROLES = ['decision_maker', 'approver', 'influencer', 'buyer', 'user', 'gatekeeper'] as const;
export type DecisionRole = (typeof DECISION_ROLES)[number];

/** Whether the company has just lost the last person who could decide. */
export const losesDecisionMaker = (before: readonly DecisionRole[], after: readonly DecisionRole[]): boolean =>
  before.includes('decision_maker') && !after.includes('decision_maker');
