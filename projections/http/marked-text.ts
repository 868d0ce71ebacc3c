/** A text in parts, for the partial `marked`: what stood between backticks is code. */
export type MarkedText = readonly { readonly text: string; readonly code: boolean }[];

export function markedText(text: string): MarkedText {
  return text
    .split('`')
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter(({ text: part }) => part !== '');
}
