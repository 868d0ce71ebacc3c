// Holds the rules of who may import whom (.dependency-cruiser.cjs). A cruiser that cannot read TypeScript reads no
// module and finds nothing wrong, so having read none is a failure here.
import { existsSync } from 'node:fs';
import { cruise, format } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const FOLDERS = ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops'];

const options = await extractOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(FOLDERS.filter(existsSync), { ...options, outputType: 'json' }, undefined, {
  tsConfig: extractTSConfig('tsconfig.json'),
});
// With the outcome as JSON the cruiser gives text, else a result object; its type says either.
const result = typeof output === 'string' ? JSON.parse(output) : output;
const read: number = result.summary.totalCruised;
const { output: report } = await format(result, { outputType: 'err' });

console.log(String(report).trim());
const unread = FOLDERS.filter((folder) => existsSync(folder) && !holdsModules(result.modules, folder));
if (read === 0 || unread.length > 0) {
  console.error(
    `The dependency rules were checked on ${read} modules; none was read in: ${unread.join(', ')}.`,
  );
}
process.exitCode = result.summary.error > 0 || read === 0 || unread.length > 0 ? 1 : 0;

function holdsModules(modules: readonly { source: string }[], folder: string): boolean {
  return modules.some(({ source }) => source.startsWith(`${folder}/`));
}
