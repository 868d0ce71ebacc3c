// Run by mongosh, once: makes one replica set of the three nodes and waits until it has a primary.
const { readFileSync } = require('node:fs');

const admin = connect(readFileSync('/run/secrets/mongo_first_node_url', 'utf8').trim());
const members = ['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017'].map((host, _id) => ({ _id, host }));
try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({ replSetInitiate: { _id: 'deskstream', members } });
}
for (let tries = 0; !admin.hello().isWritablePrimary && !admin.hello().primary; tries += 1) {
  if (tries === 60) throw new Error('The replica set has no primary after a minute.');
  sleep(1000);
}
