#!/usr/bin/env bash
# An API key: the catalogue, nobody's own data. The key goes into a header, where no log and no history keeps it.
set -euo pipefail

edge=${EDGE_TLS_URL:-https://localhost:8443}
certificate=${EDGE_CA_FILE:-data/edge/edge.crt}
key=${DEMO_API_KEY:-development-demo-api-key}

curl --silent --show-error --fail --cacert "$certificate" "$edge/graphql" \
  --header @<(echo "apikey: $key") \
  --header 'content-type: application/json' \
  --data '{"query":"{ region(code: IN) { movies(first: 5) { nodes { label } } } }"}'
echo
