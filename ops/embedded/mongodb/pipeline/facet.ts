import { CommandError } from '../errors.ts';
import { type Doc, isDoc } from '../values/value.ts';
import type { Stage, StageContext } from './stage.ts';
import { parseStages } from './stage-spec.ts';

const NOT_INSIDE: ReadonlySet<string> = new Set(['$facet', '$out', '$merge']);

/** Several pipelines over the same documents, each giving one list. */
export function facet(argument: unknown, context: StageContext): () => Stage {
  if (!isDoc(argument) || Object.keys(argument).length === 0) {
    throw new CommandError(40169, 'the $facet specification must be a non-empty object');
  }
  const facets = Object.entries(argument).map(([name, pipeline]) => {
    const stages = parseStages(pipeline);
    const wrong = stages.find((stage) => NOT_INSIDE.has(stage.name));
    if (wrong) throw new CommandError(40600, `${wrong.name} is not allowed to be used within a $facet stage`);
    return { name, stages: context.compile(stages) };
  });
  return () => {
    const running = facets.map(({ name, stages }) => ({ name, stages: stages(), results: noDocuments() }));
    const pass = (documents: Doc[], stages: readonly Stage[]): Doc[] =>
      stages.reduce((passing, stage) => (passing.length > 0 ? stage.push(passing) : passing), documents);
    return {
      push(documents) {
        for (const { stages, results } of running) results.push(...pass(structuredCopies(documents), stages));
        return [];
      },
      end() {
        for (const { stages, results } of running) {
          for (const [at, stage] of stages.entries()) {
            for (const chunk of stage.end()) results.push(...pass(chunk, stages.slice(at + 1)));
          }
        }
        return [[Object.fromEntries(running.map(({ name, results }) => [name, results]))]];
      },
    };
  };
}

const noDocuments = (): Doc[] => [];

/** Stages may change what they get; each facet gets documents of its own. */
function structuredCopies(documents: readonly Doc[]): Doc[] {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isDoc(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, copy(inner)]));
  };
  return documents.map((doc) =>
    Object.fromEntries(Object.entries(doc).map(([field, value]) => [field, copy(value)])),
  );
}
