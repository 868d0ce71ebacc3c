import t from 'tap';
import { dependencyPicture } from './picture.ts';

const imports = (source: string, ...targets: readonly string[]) => ({
  source,
  dependencies: targets.map((resolved) => ({ resolved })),
});

t.test('rooms with an arrow to what they import, but for arrows that follow from others', async (t) => {
  const picture = dependencyPicture([
    imports('customer/main.ts', 'shared-contracts/runtime/ids.ts', 'shared-contracts/messages/names.ts'),
    imports('customer/issue/issue.test.ts', 'ops/start.ts'),
    imports('ops/start.ts', 'ops/start/launch.ts', 'fs'),
    imports('ops/start/launch.ts', 'shared-contracts/messages/names.ts', 'node_modules/uuid/index.js'),
    imports('ops/bench/main.ts', 'ops/start/launch.ts'),
    imports('shared-contracts/runtime/ids.ts', 'shared-contracts/messages/names.ts'),
    imports('shared-contracts/messages/names.ts'),
  ]);
  t.equal(
    picture,
    `\`\`\`mermaid
flowchart TD
  customer["customer"]
  ops_start["ops/start"]
  shared_contracts_messages["shared-contracts/messages"]
  shared_contracts_runtime["shared-contracts/runtime"]
  customer --> shared_contracts_runtime
  ops_start --> shared_contracts_messages
  shared_contracts_runtime --> shared_contracts_messages
\`\`\``,
  );
});
