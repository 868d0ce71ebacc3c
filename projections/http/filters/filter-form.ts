// The form of the filters that the dashboard and the list of tickets share.

import {
  KIND_CHOICES,
  PRIORITY_CHOICES,
  STATUS_CHOICES,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { employeeChoices } from '../employees.ts';
import { FORM_FILTERS, NOBODY, NOBODY_LABEL, type TicketFilters } from './ticket-filters.ts';

/** Filters that the form has no field for go along as hidden fields, and are named so that they can be taken away. */
export async function filterForm(readModels: ReadModels, filters: TicketFilters) {
  const inForm = new Set<string>(FORM_FILTERS);
  const others = Object.entries(filters).filter(([name, value]) => value !== undefined && !inForm.has(name));
  return {
    values: filters,
    kinds: KIND_CHOICES,
    priorities: PRIORITY_CHOICES,
    statuses: STATUS_CHOICES,
    agents: [{ value: NOBODY, label: NOBODY_LABEL }, ...(await employeeChoices(readModels))],
    others: others.map(([name, value]) => ({ name, value: String(value) })),
  };
}
