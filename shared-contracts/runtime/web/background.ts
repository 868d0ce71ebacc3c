/** Whether a path or a route is asked for by machines and browsers on their own: not traced, hardly logged. */
export function isBackground(path: string): boolean {
  return path.startsWith('/health/') || path.startsWith('/assets/') || path === '/metrics';
}
