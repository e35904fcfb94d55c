import { App } from 'antd';
import { type ReactNode, useId } from 'react';
import { useT } from '../lib/language.tsx';
import { sentenceOf } from '../lib/problem.ts';

type FieldProps = { label: ReactNode; hint?: ReactNode; error?: ReactNode; children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode };

/** A form field: its name above, a hint and what is wrong beneath, tied together for screen readers. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const notes = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(notes ? { 'aria-describedby': notes } : {}), ...(error ? { 'aria-invalid': true } : {}) })}
      {hint && <span id={`${id}-hint`} className="grey small">{hint}</span>}
      {error && <span id={`${id}-error`} className="act small" role="alert">{error}</span>}
    </div>
  );
}

/** Short news at the top of the page: done, or why not. */
export function useToast(): { done: (text: string) => void; failed: (error: unknown) => void } {
  const t = useT();
  const { message } = App.useApp();
  return {
    done: (text) => void message.success(text),
    failed: (error) => void message.error(sentenceOf(t, error), 6),
  };
}
