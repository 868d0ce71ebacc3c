#!/bin/sh
# Makes what docker-compose.yml asks for, once: passwords, URLs with them, and the master key, in .data/compose. Keep that
# folder: what is stored cannot be read with another master key.
set -eu
cd "$(dirname "$0")/../.."
folder=.data/compose
start="docker compose --profile demo up --build"

if [ -e "$folder/done" ]; then
  echo "$folder is there already and is left as it is. To start: $start"
  exit 0
fi
password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
mkdir -p "$folder"
# Containers see these files with the rights they have here, under users of their own; the folder keeps others out.
keep() { cat >"$folder/$1" && chmod 444 "$folder/$1"; }

if [ ! -e "$folder/master.key" ]; then head -c 32 /dev/urandom | base64 | keep master.key; fi
eventstore=$(password) mongo=$(password) mongo_user=$(password) mongo_reader=$(password)
rabbitmq=$(password) rabbitmq_user=$(password)

echo "$mongo" | keep mongo_admin_password
echo "mongodb://deskstream:$mongo_user@mongo:27017/deskstream" | keep mongo_url
echo "mongodb://reader:$mongo_reader@mongo:27017/deskstream" | keep mongo_reader_url
echo "amqp://deskstream:$rabbitmq_user@rabbitmq:5672" | keep amqp_url
printf 'default_user = deskstream\ndefault_pass = %s\n' "$rabbitmq_user" | keep rabbitmq_user

ca=tlsCAFile=/certificates/ca.crt
printf 'default_user = admin\ndefault_pass = %s\n' "$rabbitmq" | keep rabbitmq_admin
password | keep rabbitmq_cookie
printf 'EVENTSTORE_DEFAULT_ADMIN_PASSWORD=%s\nEVENTSTORE_DEFAULT_OPS_PASSWORD=%s\n' \
  "$eventstore" "$(password)" | keep eventstore.env
echo "esdb+discover://admin:$eventstore@eventstore-1:2113,eventstore-2:2113,eventstore-3:2113?tls=true&$ca" |
  keep eventstore_admin_url
echo "mongodb://admin:$mongo@mongo-1:27017,mongo-2:27017,mongo-3:27017/deskstream?authSource=admin&replicaSet=deskstream&tls=true&$ca" |
  keep mongo_cluster_admin_url
echo "mongodb://admin:$mongo@mongo-1:27017/admin?directConnection=true&tls=true&$ca" | keep mongo_first_node_url
echo "https://admin:$rabbitmq@rabbitmq-cluster:15671?$ca" | keep broker_admin_url
password | keep first_admin_password
: >"$folder/done"
echo "Made $folder. To start: $start"
