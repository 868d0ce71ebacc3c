import { Aggregator } from 'mingo/aggregator';
import { CommandError, failedToParse } from '../errors.ts';
import { compileExpression, type Scope, toPlain } from '../expressions/expression.ts';
import { type Doc, isDoc } from '../values/value.ts';

const STAGES: ReadonlySet<string> = new Set([
  '$addFields',
  '$set',
  '$project',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
]);

/** Compiles an update that is an aggregation pipeline. */
export function compileUpdatePipeline(stages: readonly unknown[], scope: Scope): (doc: Doc) => Doc {
  const pipeline = stages.map((stage): Doc => {
    const [name, ...others] = isDoc(stage) ? Object.keys(stage) : [];
    if (!isDoc(stage) || name === undefined || others.length > 0) {
      throw failedToParse('A pipeline stage specification object must contain exactly one field.');
    }
    if (!STAGES.has(name)) {
      throw new CommandError(72, `${name} is not allowed to be used within an update`);
    }
    if (name !== '$unset' && name !== '$project') compileExpression(stage[name], scope);
    const plain = toPlain(stage);
    return isDoc(plain) ? plain : {};
  });
  const aggregator = new Aggregator(pipeline, scope.options);
  return (doc) => {
    const plain = toPlain(doc);
    const [result] = aggregator.run<Doc>([plain]);
    if (!result) throw failedToParse('An update pipeline must give a document.');
    return result;
  };
}
