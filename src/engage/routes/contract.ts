import type { z } from 'zod';
import type { approvalsShape, attentionShape, carePeopleShape, careShape, faultsShape, journeyShape, journeysShape, pathShape, peopleShape, playbooksShape, replayShape, reportShape, trialShape, versionShape } from '../replies.ts';

/** What these routes reply, for whoever reads it over the wire. */
export type JourneyRow = z.infer<typeof journeysShape>['rows'][number];
export type Journey = z.infer<typeof journeyShape>;
export type Version = z.infer<typeof versionShape>;
export type Faults = z.infer<typeof faultsShape>;
export type Playbook = z.infer<typeof playbooksShape>['rows'][number];
export type Approval = z.infer<typeof approvalsShape>['rows'][number];
export type Enrolment = z.infer<typeof peopleShape>['rows'][number];
export type Path = z.infer<typeof pathShape>;
export type Replay = z.infer<typeof replayShape>;
export type Report = z.infer<typeof reportShape>;
export type Trial = z.infer<typeof trialShape>;
export type Attention = z.infer<typeof attentionShape>;
export type Care = z.infer<typeof careShape>;
export type CarePeople = z.infer<typeof carePeopleShape>;
