import type { Node } from '../../../../../../src/engage/core/definition.ts';
import { ExitForm, GrantForm, OtherJourneyForm, TaskForm, UpdateForm, WebhookForm } from './ActForms.tsx';
import { BranchForm, SplitForm } from './DecideForms.tsx';
import { SendForm } from './SendForm.tsx';
import { RateForm, WaitDateForm, WaitEventForm, WaitForm, WaitUntilForm } from './WaitForms.tsx';

/** The form of a node, whatever it does. */
export function NodeForm({ node, disabled, onNode }: { node: Node; disabled: boolean; onNode: (node: Node) => void }) {
  switch (node.kind) {
    case 'wait': return <WaitForm node={node} disabled={disabled} onNode={onNode} />;
    case 'wait_until': return <WaitUntilForm node={node} disabled={disabled} onNode={onNode} />;
    case 'wait_date': return <WaitDateForm node={node} disabled={disabled} onNode={onNode} />;
    case 'wait_event': return <WaitEventForm node={node} disabled={disabled} onNode={onNode} />;
    case 'rate': return <RateForm node={node} disabled={disabled} onNode={onNode} />;
    case 'branch': return <BranchForm node={node} disabled={disabled} onNode={onNode} />;
    case 'split': return <SplitForm node={node} disabled={disabled} onNode={onNode} />;
    case 'send': return <SendForm node={node} disabled={disabled} onNode={onNode} />;
    case 'webhook': return <WebhookForm node={node} disabled={disabled} onNode={onNode} />;
    case 'task': return <TaskForm node={node} disabled={disabled} onNode={onNode} />;
    case 'update': return <UpdateForm node={node} disabled={disabled} onNode={onNode} />;
    case 'grant': return <GrantForm node={node} disabled={disabled} onNode={onNode} />;
    case 'journey': return <OtherJourneyForm node={node} disabled={disabled} onNode={onNode} />;
    case 'exit': return <ExitForm node={node} disabled={disabled} onNode={onNode} />;
  }
}
