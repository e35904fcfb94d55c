import { Popover } from 'antd';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { Icon } from './Icon.tsx';
import { Failure } from './States.tsx';
import type { Pages } from './usePages.ts';

export type Column<T> = {
  key: string;
  title: ReactNode;
  cell: (row: T) => ReactNode;
  /** Numbers stand right, in tabular figures. */
  numeric?: boolean;
  /** The server's name of the sort; absent: not sortable. */
  sort?: string;
  width?: number;
  /** Hidden until chosen in the column chooser. */
  optional?: boolean;
  /** On a phone: the head of the card, its second line, or left out. */
  phone?: 'head' | 'aside' | 'hidden';
};

export type Selection = { ids: ReadonlySet<string>; change: (ids: ReadonlySet<string>) => void };

type TableProps<T> = {
  name: string;
  columns: readonly Column<T>[];
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
  caption: string;
  onOpen?: (row: T) => void;
  /** '-amount' sorts by amount, largest first. */
  sort?: string;
  onSort?: (sort: string) => void;
  selection?: Selection;
  empty?: ReactNode;
  error?: unknown;
  onRetry?: () => void;
  chooser?: boolean;
  expectedRows?: number;
  dimmed?: boolean;
  foot?: ReactNode;
};

const keptColumns = (name: string): string[] | null => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`perennial.columns.${name}`) ?? 'null');
    return Array.isArray(kept) ? kept.filter((key): key is string => typeof key === 'string') : null;
  } catch {
    return null;
  }
};

function useColumns<T>(name: string, columns: readonly Column<T>[]) {
  const [chosen, setChosen] = useState<string[]>(() => keptColumns(name) ?? columns.filter((column) => !column.optional).map(({ key }) => key));
  const toggle = (key: string) => setChosen((now) => {
    const next = now.includes(key) ? now.filter((one) => one !== key) : [...now, key];
    localStorage.setItem(`perennial.columns.${name}`, JSON.stringify(next));
    return next;
  });
  return { shown: columns.filter(({ key }, index) => index === 0 || chosen.includes(key)), chosen, toggle };
}

/** A table of 36 px rows: sorted and paged by the server, walked with j and k, opened with Enter; cards on a phone. */
export function DataTable<T>(props: TableProps<T>) {
  const { name, columns, rows, rowKey, caption, onOpen, selection, empty, error, onRetry, chooser, expectedRows = 12, dimmed, foot } = props;
  const t = useT();
  const { shown, chosen, toggle } = useColumns(name, columns);
  const body = useRef<HTMLTableSectionElement>(null);
  const press = (event: KeyboardEvent<HTMLTableSectionElement>) => walk(event, body.current);
  if (error && !rows) return <Failure error={error} {...(onRetry ? { onRetry } : {})} />;
  return (
    <div className="table-frame">
      {chooser && <Chooser columns={columns} chosen={chosen} toggle={toggle} />}
      <div className="table-scroll" tabIndex={-1}>
        <table className={dimmed ? 'data fading' : 'data'} aria-busy={!rows}>
          <caption className="unseen">{caption}{onOpen && ` ${t('kit.table.keys')}`}</caption>
          <thead>
            <tr>
              {selection && <th className="tick" scope="col"><SelectAll rows={rows ?? []} rowKey={rowKey} selection={selection} /></th>}
              {shown.map((column) => <Heading key={column.key} column={column} sort={props.sort} onSort={props.onSort} />)}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={press}>
            {!rows && Array.from({ length: expectedRows }, (_, index) => <tr key={index} className="ghost">{selection && <td />}{shown.map(({ key }, at) => <td key={key}><i style={{ width: `${70 - ((index * 13 + at * 29) % 40)}%` }} /></td>)}</tr>)}
            {rows?.map((row, index) => (
              <Row key={rowKey(row)} id={rowKey(row)} row={row} first={index === 0} columns={shown} {...(onOpen ? { onOpen } : {})} {...(selection ? { selection } : {})} />
            ))}
          </tbody>
          {foot && rows && rows.length > 0 && <tfoot>{foot}</tfoot>}
        </table>
        {rows?.length === 0 && empty}
      </div>
    </div>
  );
}

/** j, k and the arrows move between rows, Home and End to the ends. */
function walk(event: KeyboardEvent<HTMLTableSectionElement>, body: HTMLTableSectionElement | null): void {
  if (event.target instanceof HTMLInputElement || !body) return;
  const rows = [...body.querySelectorAll<HTMLTableRowElement>('tr[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLTableRowElement);
  const to = { j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  rows[Math.min(rows.length - 1, Math.max(0, to))]?.focus();
}

type RowProps<T> = { row: T; id: string; first: boolean; columns: readonly Column<T>[]; onOpen?: (row: T) => void; selection?: Selection };

function Row<T>({ row, id, first, columns, onOpen, selection }: RowProps<T>) {
  const t = useT();
  const chosen = selection?.ids.has(id) ?? false;
  const choose = () => {
    if (!selection) return;
    const next = new Set(selection.ids);
    if (!next.delete(id)) next.add(id);
    selection.change(next);
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') onOpen?.(row);
    else if (event.key === 'x' || event.key === ' ') choose();
    else return;
    event.preventDefault();
  };
  const click = (event: React.MouseEvent<HTMLTableRowElement>) => {
    if ((event.target as HTMLElement).closest('a, button, input, label') || getSelection()?.toString()) return;
    onOpen?.(row);
  };
  return (
    <tr data-row={id} tabIndex={onOpen ? (first ? 0 : -1) : undefined} className={`${onOpen ? 'opens' : ''}${chosen ? ' chosen' : ''}`} onKeyDown={press} onClick={onOpen ? click : undefined}>
      {selection && <td className="tick"><input type="checkbox" checked={chosen} onChange={choose} aria-label={t('kit.table.select')} /></td>}
      {columns.map((column) => (
        <td key={column.key} className={`${column.numeric ? 'number' : ''} phone-${column.phone ?? 'line'}`}>
          <span className="card-label" aria-hidden="true">{column.title}</span>
          <span className="card-value">{column.cell(row)}</span>
        </td>
      ))}
    </tr>
  );
}

function Heading<T>({ column, sort, onSort }: { column: Column<T>; sort: string | undefined; onSort: ((sort: string) => void) | undefined }) {
  const { sort: by, title, numeric, width } = column;
  const active = by !== undefined && (sort === by || sort === `-${by}`);
  const falling = sort?.startsWith('-') ?? false;
  const style = width ? { width, minWidth: width } : undefined;
  if (!by || !onSort) return <th scope="col" className={numeric ? 'number' : undefined} style={style}>{title}</th>;
  // Numbers are asked for from the largest, names from the first.
  const next = active ? (falling ? by : `-${by}`) : numeric ? `-${by}` : by;
  return (
    <th scope="col" className={numeric ? 'number' : undefined} style={style} aria-sort={active ? (falling ? 'descending' : 'ascending') : undefined}>
      <button type="button" className="plain sorter" onClick={() => onSort(next)}>{title}<span aria-hidden="true">{active ? (falling ? ' ↓' : ' ↑') : ''}</span></button>
    </th>
  );
}

function SelectAll<T>({ rows, rowKey, selection }: { rows: readonly T[]; rowKey: (row: T) => string; selection: Selection }) {
  const t = useT();
  const keys = rows.map(rowKey);
  const all = keys.length > 0 && keys.every((key) => selection.ids.has(key));
  const some = keys.some((key) => selection.ids.has(key));
  const change = () => {
    const next = new Set(selection.ids);
    for (const key of keys) if (all) next.delete(key); else next.add(key);
    selection.change(next);
  };
  return <input type="checkbox" checked={all} ref={(box) => { if (box) box.indeterminate = some && !all; }} onChange={change} aria-label={t('kit.table.selectAll')} />;
}

function Chooser<T>({ columns, chosen, toggle }: { columns: readonly Column<T>[]; chosen: readonly string[]; toggle: (key: string) => void }) {
  const t = useT();
  const content = (
    <ul className="chooser">
      {columns.slice(1).map(({ key, title }) => <li key={key}><label><input type="checkbox" checked={chosen.includes(key)} onChange={() => toggle(key)} /> {title}</label></li>)}
    </ul>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <button type="button" className="bar-button chooser-button"><Icon name="columns" size={16} />{t('kit.table.columns')}</button>
    </Popover>
  );
}

/** Beneath a paged list: how many there are, and the way through them. */
export function Pager<T>({ pages, size, noun }: { pages: Pages<T>; size: number; noun?: string }) {
  const t = useT();
  const { count } = useFormats();
  const { query: { data }, page, forward, back } = pages;
  if (!data) return null;
  const first = page * size + 1;
  const last = page * size + data.rows.length;
  return (
    <nav className="pager" aria-label={t('kit.pager.name')}>
      <span className="grey" aria-live="polite">
        {t(noun ?? 'kit.pager.rows', { count: data.total.count, over: String(data.total.over) })}{data.rows.length > 0 && (page > 0 || forward) ? ` · ${count(first)}–${count(last)}` : ''}
      </span>
      {(back || forward) && (
        <span className="row">
          <button type="button" className="bar-button" disabled={!back} onClick={back}><Icon name="left" size={14} />{t('kit.pager.back')}</button>
          <button type="button" className="bar-button" disabled={!forward} onClick={forward}>{t('kit.pager.forward')}<Icon name="right" size={14} /></button>
        </span>
      )}
    </nav>
  );
}
