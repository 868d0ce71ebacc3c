// Part of `npm run check`: who may import whom (.dependency-cruiser.cjs).
import { readStructure } from './read-structure.ts';

const { report, sound } = await readStructure();
console.log(report);
if (!sound) process.exitCode = 1;
