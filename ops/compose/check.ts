// Holds docker-compose.yml and what belongs to it against the settings that the code knows: part of `npm run check`.
import { readComposeFiles } from './compose-files.ts';
import { problemsOf } from './rules.ts';

const problems = problemsOf(await readComposeFiles('.'));
for (const sentence of problems) console.error(`docker-compose.yml: ${sentence}`);
if (problems.length > 0) process.exitCode = 1;
