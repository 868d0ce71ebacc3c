// Run by the image of MongoDB at its first start: a user for the services, and one for people's own tools that only
// reads. Their passwords stand in the URLs that they use.
const { readFileSync } = require('node:fs');

const passwordIn = (secret) => new URL(readFileSync(`/run/secrets/${secret}`, 'utf8').trim()).password;
const desk = db.getSiblingDB('deskstream');
desk.createUser({
  user: 'deskstream',
  pwd: passwordIn('mongo_url'),
  roles: [{ role: 'readWrite', db: 'deskstream' }],
});
desk.createUser({
  user: 'reader',
  pwd: passwordIn('mongo_reader_url'),
  roles: [{ role: 'read', db: 'deskstream' }],
});
