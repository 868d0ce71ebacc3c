// The entry of `npm start`. Nothing is imported statically: on a Node that is too old an import could fail with
// a stack before the sentence below is said.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Deskstream needs Node 20.19 or newer; this is Node ${process.versions.node}. Update Node and start again.`,
  );
  process.exitCode = 1;
} else {
  import('./start/launch.ts').then(({ launch }) => launch(process.argv.slice(2), process.env));
}
