import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { fieldShape, fieldsShape, TagTreeLine, tagsShape, tagVersionsShape } from '../../../../src/customers/contract.ts';
import type { ValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import type { previewShape } from '../../../../src/lifecycle/segments/contract.ts';
import type { tagPreviewShape } from '../../../../src/lifecycle/tags/contract.ts';
import { api } from '../../lib/api.ts';
import type { Tree } from '../../ui/FilterSentence.tsx';

export type FieldLine = z.infer<typeof fieldShape>;
export type Tag = TagTreeLine;

export const fieldsQuery = queryOptions({ queryKey: ['settings', 'fields'], queryFn: ({ signal }) => api.get<z.infer<typeof fieldsShape>>('/fields', undefined, signal) });
export const tagTreeQuery = queryOptions({ queryKey: ['settings', 'tags'], queryFn: ({ signal }) => api.get<z.infer<typeof tagsShape>>('/tags', undefined, signal) });
export const fitsQuery = (tree: Tree) => queryOptions({ queryKey: ['settings', 'fits', tree], queryFn: () => api.post<z.infer<typeof previewShape>>('/segments/preview', { tree }), staleTime: 30_000 });

export const tagPreviewQuery = (kind: ValueKind, spec: object) => queryOptions({ queryKey: ['settings', 'tagPreview', kind, spec], queryFn: () => api.post<z.infer<typeof tagPreviewShape>>('/tags/preview', { kind, spec }), staleTime: 30_000, placeholderData: keepPreviousData, retry: false });
export const tagVersionsQuery = (id: string) => queryOptions({ queryKey: ['settings', 'tagVersions', id], queryFn: ({ signal }) => api.get<z.infer<typeof tagVersionsShape>>(`/tags/${id}/versions`, undefined, signal) });

export type Placed = { tag: Tag; depth: number };
/** The tree as lines, each below its parent. */
export const placed = (tags: readonly Tag[], depth = 0): Placed[] => tags.flatMap((tag) => [{ tag, depth }, ...placed(tag.children, depth + 1)]);
