/** The MongoDB release whose behaviour the node follows. */
export const VERSION_PARTS: readonly number[] = [7, 0, 0, 0];

export const VERSION_TEXT: string = VERSION_PARTS.slice(0, 3).join('.');
