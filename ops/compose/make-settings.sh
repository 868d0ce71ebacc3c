#!/bin/sh
# Makes what docker-compose.yml asks for, once: passwords and the master key, in .data/compose. Keep that folder: what
# is stored cannot be read with another master key.
set -eu
cd "$(dirname "$0")/../.."
folder=.data/compose
start="docker compose --env-file $folder/settings.env up --build"

if [ -e "$folder/settings.env" ]; then
  echo "$folder is there already and is left as it is. To start: $start"
  exit 0
fi
password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
mkdir -p "$folder"
if [ ! -e "$folder/master.key" ]; then
  head -c 32 /dev/urandom | base64 >"$folder/master.key"
  # Containers see this file with the rights it has here, under a user of their own; the folder keeps others out.
  chmod 444 "$folder/master.key"
fi
cat >"$folder/settings.env.new" <<END
DESKSTREAM_MONGO_PASSWORD=$(password)
DESKSTREAM_RABBITMQ_PASSWORD=$(password)
END
mv "$folder/settings.env.new" "$folder/settings.env"
echo "Made $folder. To start: $start"
