import { employees } from './employees.ts';
import { tickets } from './tickets.ts';
import type { AnyView } from './view.ts';

/** Every read model. */
export const ALL_VIEWS: readonly AnyView[] = [tickets, employees];
