/** The MongoDB release whose behaviour the node follows. */
export const VERSION = [7, 0, 0, 0] as const;

export const VERSION_TEXT: string = VERSION.slice(0, 3).join('.');
