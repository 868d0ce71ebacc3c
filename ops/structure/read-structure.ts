import { existsSync } from 'node:fs';
import { cruise, format, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const FOLDERS = ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops'];

/** The imports of the whole tree, and what is wrong with them. */
export type Structure = {
  readonly modules: ICruiseResult['modules'];
  /** What the rules of `.dependency-cruiser.cjs` have to say, for people. */
  readonly report: string;
  readonly sound: boolean;
};

/**
 * Reads every import and holds it against the rules. A cruiser that cannot read TypeScript reads no module and finds nothing
 * wrong, so a folder without any is a failure here.
 */
export async function readStructure(): Promise<Structure> {
  const options = await extractOptions('./.dependency-cruiser.cjs');
  const { output } = await cruise(FOLDERS.filter(existsSync), { ...options, outputType: 'json' }, undefined, {
    tsConfig: extractTSConfig('tsconfig.json'),
  });
  // With the outcome as JSON the cruiser gives text, else a result object; its type says either.
  const result: ICruiseResult = typeof output === 'string' ? JSON.parse(output) : output;
  const { output: report } = await format(result, { outputType: 'err' });
  const unread = FOLDERS.filter((folder) => !holdsModules(result.modules, folder));
  const read = result.summary.totalCruised;
  const told = [
    String(report).trim(),
    ...(unread.length > 0 ? [`Of ${read} modules that were read, none is in: ${unread.join(', ')}.`] : []),
  ];
  return {
    modules: result.modules,
    report: told.join('\n'),
    sound: result.summary.error === 0 && unread.length === 0,
  };
}

function holdsModules(modules: ICruiseResult['modules'], folder: string): boolean {
  return modules.some(({ source }) => source.startsWith(`${folder}/`));
}
