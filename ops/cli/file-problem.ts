const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'what should be a folder on its way is a file',
  EISDIR: 'this is a folder, where a file is wanted',
  EACCES: 'the user that you are may not open it',
  EPERM: 'the user that you are may not open it',
  EROFS: 'nothing can be written there',
  ENOSPC: 'there is no room left on its disk',
};

/** What is wrong with a file that somebody named, as a sentence; undefined for an error that is about none. */
export function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  const what = SENTENCES[String(error.code)];
  return what === undefined ? undefined : `${error.path}: ${what}.`;
}
