import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import { describe } from '../../../../src/kernel/conditions/describe.ts';
import type { Condition } from '../../../../src/kernel/conditions/tree.ts';
import { useSpoken } from '../../lib/language.tsx';
import { flipped, type Group, isGroup, negated, type Path } from './paths.ts';
import { isEditable } from './subjects.ts';

type Acts = { onFlip: (root: Condition) => void; onOpen: (path: Path) => void; onOpenGroup: (path: Path) => void; onAdd: (path: Path) => void; onAddGroup: (path: Path, kind: Group['kind']) => void };
type WordsProps = Acts & { root: Condition; catalogue: Catalogue; openAt: Path | null; faultAt: Path | null };
type HereProps = WordsProps & { condition: Condition; path: Path };

/** Brackets inside brackets, further than which nothing more is offered: the server reads eight levels. */
const LEVELS_OFFERED = 5;
const isAt = (a: Path | null, b: Path): boolean => a !== null && a.join('.') === b.join('.');

/** The whole filter in words, each of them something to press. */
export function FilterWords(props: WordsProps) {
  const { root } = props;
  return (
    <span className="sentence">
      <Words {...props} condition={root} path={[]} />
      {!isGroup(root) && <Adding {...props} path={[]} kind="and" />}
    </span>
  );
}

function Words(props: HereProps) {
  const { condition } = props;
  if (isGroup(condition)) return <GroupWords {...props} condition={condition} />;
  if (condition.kind === 'not' && (isGroup(condition.of) || condition.of.kind === 'not')) return <NotWords {...props} inner={condition.of} />;
  return <PartWords {...props} />;
}

function GroupWords(props: HereProps & { condition: Group }) {
  const { t, language } = useSpoken();
  const { condition: group, path, root, catalogue, openAt, onFlip, onOpenGroup } = props;
  const top = path.length === 0;
  const key = path.join('.');
  return (
    <>
      {!top && <button type="button" data-path={key} className="plain sentence-bracket" aria-label={t('filter.group')} title={t('filter.group')} aria-expanded={isAt(openAt, path)} onClick={() => onOpenGroup(path)}>{t('kit.filter.open')}</button>}
      {group.of.length === 0 && <span>{describe({ version: 1, root: group }, language, catalogue)}</span>}
      {group.of.map((one, nth) => (
        <span key={nth}>
          {nth > 0 && <button type="button" className="plain sentence-joint" title={t('kit.filter.flip')} onClick={() => onFlip(flipped(root, path))}>{t(`condition.${group.kind}`)}</button>}
          <Words {...props} condition={one} path={[...path, nth]} />
        </span>
      ))}
      <Adding {...props} kind={group.kind} />
      {!top && <span className="sentence-bracket">{t('kit.filter.close')}</span>}
    </>
  );
}

/** Around brackets, "not" is a word of its own; pressed, it goes. */
function NotWords(props: HereProps & { inner: Condition }) {
  const { t } = useSpoken();
  const { inner, path, root, onFlip } = props;
  const [before = '', after = ''] = t('condition.not', { inner: '\u0000' }).split('\u0000').map((text) => (isGroup(inner) ? text.replace(/[(（)）]/, '') : text));
  return (
    <>
      <button type="button" className="plain sentence-not" title={t('filter.not.off')} onClick={() => onFlip(negated(root, path))}>{before}</button>
      <Words {...props} condition={inner} path={[...path, 0]} />
      {after}
    </>
  );
}

function PartWords({ condition, path, catalogue, openAt, faultAt, onOpen }: HereProps) {
  const { t, language } = useSpoken();
  const leaf = condition.kind === 'not' ? condition.of : condition;
  const words = isEditable(leaf) || leaf.kind === 'kept' ? describe({ version: 1, root: condition }, language, catalogue) : t('filter.unknown', { kind: leaf.kind });
  const isFaulty = isAt(faultAt, path) || (condition.kind === 'not' && isAt(faultAt, [...path, 0]));
  return <button type="button" data-path={path.join('.')} className={isFaulty ? 'sentence-part faulty' : 'sentence-part'} aria-expanded={isAt(openAt, path)} onClick={() => onOpen(path)}>{words}</button>;
}

function Adding({ path, kind, onAdd, onAddGroup }: Acts & { path: Path; kind: Group['kind'] }) {
  const { t } = useSpoken();
  return (
    <span className="nowrap">
      <button type="button" className="plain sentence-add" onClick={() => onAdd(path)}>＋ {t('kit.filter.add')}</button>
      {path.length < LEVELS_OFFERED && <button type="button" className="plain sentence-add" onClick={() => onAddGroup(path, kind === 'and' ? 'or' : 'and')}>＋ {t('filter.group.add')}</button>}
    </span>
  );
}
