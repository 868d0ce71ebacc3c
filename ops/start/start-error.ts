/** A reason not to start that is said as it is: one sentence for people that names what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
