#!/bin/sh
# Hands the certificate of one name, and nothing else of what Caddy keeps, to the TURN server: /caddy -> /certificates.
set -eu
umask 027
# Whoever is process 1 is stopped by no signal that it does not name.
trap 'exit 0' TERM INT
while :; do
  for found in /caddy/caddy/certificates/*/"$CERTIFICATE_NAME"/"$CERTIFICATE_NAME".crt; do
    key=${found%.crt}.key
    if [ ! -s "$found" ] || [ ! -s "$key" ]; then continue; fi
    # The certificate last: whoever sees it change finds the key that belongs to it.
    if ! cmp -s "$found" /certificates/fullchain.pem || ! cmp -s "$key" /certificates/privkey.pem; then
      for pair in "$key privkey.pem" "$found fullchain.pem"; do
        cat "${pair% *}" >/certificates/next
        chmod 640 /certificates/next
        mv /certificates/next "/certificates/${pair#* }"
      done
    fi
  done
  sleep "${CERTIFICATE_SECONDS:-30}" &
  wait $!
done
