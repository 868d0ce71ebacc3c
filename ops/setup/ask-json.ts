import { askServer, type HttpQuestion, type HttpServer } from '../../shared-contracts/runtime/ask-server.ts';

const LIMIT_MS = 10_000;

/** @returns the status, which is one of those accepted. @throws Error with the answer, where it is another. */
export async function askJson(
  server: HttpServer,
  method: HttpQuestion['method'],
  path: string,
  body: unknown,
  accepted: readonly number[],
): Promise<number> {
  const { status, text } = await askServer(server, { method, path, body, limitMs: LIMIT_MS });
  if (accepted.includes(status)) return status;
  throw new Error(`${server.url.host} refuses ${method} ${path}: ${status} ${text.slice(0, 200)}`);
}
