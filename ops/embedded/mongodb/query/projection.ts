import { badValue, CommandError, notImplemented } from '../errors.ts';
import { compileExpression, type Expression, type Scope } from '../expressions/expression.ts';
import { compileFilter } from '../filter/match.ts';
import { matchedElement } from '../filter/positional.ts';
import { DocumentReader } from '../values/read.ts';
import { type Doc, getField, isDoc, isTrue, numberOf, setField } from '../values/value.ts';
import { DocumentWriter } from '../values/write.ts';

/** What is to happen with the fields of a document. */
type Tree = Map<string, Tree | Leaf>;
type Leaf =
  | { readonly kind: 'include' | 'exclude' }
  | { readonly kind: 'compute'; readonly expression: Expression }
  | { readonly kind: 'slice'; readonly skip: number; readonly count: number }
  | { readonly kind: 'elemMatch'; readonly test: (element: Doc) => boolean }
  | { readonly kind: 'positional'; readonly path: readonly string[] };

/** Compiles the projection of a find: inclusion, exclusion, `$slice`, `$elemMatch`, `.$` and expressions. */
export function compileProjection(spec: Doc, filter: Doc, scope: Scope): (bytes: Buffer) => Buffer {
  const { apply, needs, computes } = projectionTree(spec, scope);
  const matcher = compileFilter(filter, scope);
  const reader = new DocumentReader({ fields: needs });
  const plainReader = new DocumentReader({ plain: true });
  const writer = new DocumentWriter();
  return (bytes) => {
    const doc = reader.read(bytes);
    const root = computes ? plainReader.read(bytes) : doc;
    return writer.write(apply(doc, root, (path) => matchedElement(doc, path, matcher)));
  };
}

/** Compiles the `$project` stage of a pipeline. */
export function compileProjectStage(spec: Doc, scope: Scope): (doc: Doc) => Doc {
  const { apply } = projectionTree(spec, scope);
  return (doc) => apply(doc, doc, () => undefined);
}

type FindElement = (path: readonly string[]) => number | undefined;

function projectionTree(spec: Doc, scope: Scope) {
  const leaves = flatten(spec).map(([path, value]) => [path, compileLeaf(path, value, scope)] as const);
  const inclusive = isInclusive(leaves, spec);
  const tree: Tree = new Map();
  if (inclusive && !('_id' in spec)) tree.set('_id', { kind: 'include' });
  for (const [path, leaf] of leaves) {
    const clean = leaf.kind === 'positional' ? path.slice(0, -2) : path;
    if (!(inclusive && leaf.kind === 'exclude')) place(tree, clean.split('.'), leaf, path);
  }
  const computes = leaves.some(([, leaf]) => leaf.kind === 'compute');
  const positional = leaves.some(([, leaf]) => leaf.kind === 'positional');
  return {
    apply: (doc: Doc, root: Doc, element: FindElement): Doc =>
      applyTree(doc, tree, { inclusive, root, element }),
    /** Top-level fields that must be read; undefined for all. */
    needs: inclusive && !positional ? new Set(tree.keys()) : undefined,
    computes,
  };
}

type Context = {
  readonly inclusive: boolean;
  readonly root: Doc;
  readonly element: FindElement;
};

/** `{a: {b: 1}}` says the same as `{'a.b': 1}`. */
function flatten(spec: Doc, prefix = ''): [string, unknown][] {
  return Object.entries(spec).flatMap(([field, value]): [string, unknown][] => {
    const path = prefix + field;
    if (field.startsWith('$')) throw badValue(`FieldPath field names may not start with '$': '${path}'`);
    if (isDoc(value) && !Object.keys(value).some((key) => key.startsWith('$'))) {
      if (Object.keys(value).length === 0)
        throw new CommandError(51270, 'An empty sub-projection is not a valid value.');
      return flatten(value, `${path}.`);
    }
    return [[path, value]];
  });
}

function compileLeaf(path: string, value: unknown, scope: Scope): Leaf {
  if (path.endsWith('.$')) return { kind: 'positional', path: path.slice(0, -2).split('.') };
  if (typeof value === 'boolean' || numberOf(value) !== undefined) {
    return { kind: isTrue(value) ? 'include' : 'exclude' };
  }
  if (isDoc(value)) {
    if ('$slice' in value) return compileSlice(value.$slice, value, scope);
    if ('$meta' in value) throw notImplemented('$meta in a projection');
    if ('$elemMatch' in value) return compileElemMatch(value.$elemMatch, scope);
  }
  return { kind: 'compute', expression: compileExpression(value, scope) };
}

function compileSlice(operand: unknown, whole: Doc, scope: Scope): Leaf {
  const numbers = (Array.isArray(operand) ? operand : [operand]).map(numberOf);
  const [first, second] = numbers;
  if (first === undefined) return { kind: 'compute', expression: compileExpression(whole, scope) };
  if (numbers.length === 1) {
    return { kind: 'slice', skip: first < 0 ? first : 0, count: Math.abs(first) };
  }
  if (second === undefined || second <= 0)
    throw new CommandError(28724, '$slice needs a positive number of elements');
  return { kind: 'slice', skip: first, count: second };
}

function compileElemMatch(operand: unknown, scope: Scope): Leaf {
  const filter = compileFilter({ element: { $elemMatch: operand } }, scope);
  return { kind: 'elemMatch', test: (element) => filter.test({ element: [element] }) };
}

function isInclusive(leaves: readonly (readonly [string, Leaf])[], spec: Doc): boolean {
  const others = leaves.filter(([path]) => path !== '_id');
  const includes = others.some(
    ([, leaf]) => leaf.kind === 'include' || leaf.kind === 'positional' || leaf.kind === 'elemMatch',
  );
  const computes = others.some(([, leaf]) => leaf.kind === 'compute');
  const exclusion = others.find(([, leaf]) => leaf.kind === 'exclude');
  if ((includes || computes) && exclusion) {
    throw new CommandError(31254, `Cannot do exclusion on field ${exclusion[0]} in inclusion projection`);
  }
  if (includes || computes) return true;
  return others.length === 0 && '_id' in spec && isTrue(spec._id);
}

function place(tree: Tree, parts: readonly string[], leaf: Leaf, path: string): void {
  const [part = '', ...rest] = parts;
  const existing = tree.get(part);
  if (rest.length === 0) {
    if (existing && part !== '_id') throw new CommandError(31250, `Path collision at ${path}`);
    tree.set(part, leaf);
    return;
  }
  if (existing && !(existing instanceof Map)) throw new CommandError(31249, `Path collision at ${path}`);
  const branch: Tree = existing ?? new Map();
  tree.set(part, branch);
  place(branch, rest, leaf, path);
}

function applyTree(doc: Doc, tree: Tree, context: Context): Doc {
  const result: Doc = {};
  for (const [field, value] of Object.entries(doc)) {
    const node = tree.get(field);
    const kept =
      node === undefined ? (context.inclusive ? undefined : value) : applyNode(value, node, context);
    if (kept !== undefined) setField(result, field, kept);
  }
  addComputed(result, tree, context);
  return result;
}

/** Adds fields that the document does not have. */
function addComputed(result: Doc, tree: Tree, context: Context): void {
  for (const [field, node] of tree) {
    if (node instanceof Map) {
      if (getField(result, field) === undefined && hasComputed(node)) {
        const nested: Doc = {};
        addComputed(nested, node, context);
        setField(result, field, nested);
      }
    } else if (node.kind === 'compute') {
      setField(result, field, node.expression.evaluate(context.root));
    }
  }
}

const hasComputed = (tree: Tree): boolean =>
  [...tree.values()].some((node) => (node instanceof Map ? hasComputed(node) : node.kind === 'compute'));

function applyNode(value: unknown, node: Tree | Leaf, context: Context): unknown {
  if (node instanceof Map) {
    if (Array.isArray(value)) {
      return value
        .map((element) => applyNode(element, node, context))
        .filter((element) => element !== undefined);
    }
    if (isDoc(value)) return applyTree(value, node, context);
    return context.inclusive ? undefined : value;
  }
  switch (node.kind) {
    case 'include':
      return value;
    case 'exclude':
      return undefined;
    case 'compute':
      return node.expression.evaluate(context.root);
    case 'slice':
      return Array.isArray(value) ? slice(value, node.skip, node.count) : value;
    case 'elemMatch': {
      const found: unknown[] = Array.isArray(value) ? value.filter(node.test).slice(0, 1) : [];
      return found.length > 0 ? found : undefined;
    }
    case 'positional': {
      if (!Array.isArray(value)) return value;
      const at = context.element(node.path);
      if (at === undefined) {
        throw new CommandError(
          51246,
          'Executor error during find command: positional operator did not match an element',
        );
      }
      return [value[at]];
    }
  }
}

function slice(values: readonly unknown[], skip: number, count: number): unknown[] {
  const start = skip < 0 ? Math.max(0, values.length + skip) : skip;
  return values.slice(start, start + count);
}
