#!/bin/sh
# Makes, once, an authority of the cluster's own and a certificate for its servers, and what only members of a cluster
# know. Each server sees its own volume only; everybody sees the authority's certificate, nobody its key.
# The folders lie in the one that is named, or at the root.
set -eu
umask 077
days=825
root=${1:-}
authority=$root/certificates/ca.crt
if [ -s "$authority" ]; then exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -sha256 -subj '/CN=Deskstream cluster' -keyout ca.key -out ca.crt \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null

# certify NAME COMMON-NAME HOST...: a key and a certificate for all of the hosts, for servers and between them.
certify() {
  name=$1 common=$2
  shift 2
  openssl req -newkey rsa:2048 -nodes -sha256 -subj "/CN=$common" -keyout "$name.pkcs8" -out "$name.csr" 2>/dev/null
  openssl rsa -in "$name.pkcs8" -traditional -out "$name.key" 2>/dev/null
  {
    echo 'basicConstraints=CA:FALSE'
    echo 'keyUsage=critical,digitalSignature,keyEncipherment'
    echo 'extendedKeyUsage=serverAuth,clientAuth'
    echo "subjectAltName=IP:127.0.0.1,DNS:localhost$(printf ',DNS:%s' "$@")"
  } >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days $days -sha256 \
    -extfile "$name.ext" -out "$name.crt" 2>/dev/null
}

# EventStoreDB's nodes know each other by this common name.
certify eventstore eventstoredb-node eventstore-1 eventstore-2 eventstore-3
certify rabbitmq rabbitmq rabbitmq-cluster rabbitmq-1 rabbitmq-2 rabbitmq-3
certify mongo mongo mongo-1 mongo-2 mongo-3
certify proxy localhost localhost

# own USER FILE...: in a container the servers run as users of their own.
own() {
  if [ "$(id -u)" = 0 ]; then chown -R "$@"; fi
}

# give VOLUME OWNER: the certificate and its key, readable by the user that the server runs as.
give() {
  folder="$root/certificates-$1"
  cp ca.crt "$folder/ca.crt" && cp "$1.crt" "$folder/node.crt" && cp "$1.key" "$folder/node.key"
  chmod 755 "$folder" && chmod 444 "$folder/ca.crt" "$folder/node.crt" && chmod 400 "$folder/node.key"
  own "$2" "$folder"
}
give eventstore 1000
give rabbitmq 999
give mongo 999
# nginx reads it before it gives up being root.
give proxy 0
mkdir -p "$root/certificates-eventstore/authority"
cp ca.crt "$root/certificates-eventstore/authority/ca.crt"
chmod 755 "$root/certificates-eventstore/authority" && chmod 444 "$root/certificates-eventstore/authority/ca.crt"
cat mongo.crt mongo.key >"$root/certificates-mongo/mongo.pem"
openssl rand -base64 741 >"$root/certificates-mongo/mongo.cookie"
chmod 400 "$root/certificates-mongo/mongo.pem" "$root/certificates-mongo/mongo.cookie"
own 999 "$root/certificates-mongo/mongo.pem" "$root/certificates-mongo/mongo.cookie"
chmod 755 "$root/certificates"
# Last, since it says that all is done.
cp ca.crt "$authority.new" && chmod 444 "$authority.new" && mv "$authority.new" "$authority"
