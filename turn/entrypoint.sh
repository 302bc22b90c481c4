#!/bin/sh
# coturn with turnserver.conf and what depends on the place. Runs as nobody; /run/turn is memory.
#   TURN_SECRET_FILE   the line that the relay mints credentials with
#   TURN_CERTIFICATES  a folder with fullchain.pem and privkey.pem; TLS is offered once they are there
#   TURN_EXTERNAL_IP   the address that people reach this by, where it is not this machine's own
#   TURN_DOMAIN        instead: a name that has it
#   TURN_PORTS         where connections are relayed, such as 49160-49259; each takes one
#   TURN_LOG           stdout to find a fault. It names addresses: turn it off again
set -eu
umask 077
: "${TURN_SECRET_FILE:=/secrets/turn-secret}" "${TURN_CERTIFICATES:=/certificates}" "${TURN_PORTS:=49160-49259}"
: "${TURN_EXTERNAL_IP:=}" "${TURN_DOMAIN:=localhost}" "${TURN_LOG:=/dev/null}"
here=$(dirname "$0")
run=/run/turn
certificate=$TURN_CERTIFICATES/fullchain.pem
key=$TURN_CERTIFICATES/privkey.pem
server=

wait_for() { # seconds file
  left=$1
  while [ ! -s "$2" ] && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
  [ -s "$2" ]
}

write_configuration() {
  own=$(hostname -I 2>/dev/null || hostname -i)
  own=${own%% *}
  external=$TURN_EXTERNAL_IP
  if [ -z "$external" ] && [ "$TURN_DOMAIN" != localhost ]; then
    external=$(getent ahostsv4 "$TURN_DOMAIN" | awk 'NR == 1 { print $1 }')
    [ -n "$external" ] || echo "turn: $TURN_DOMAIN has no IPv4 address yet: set TACIT_TURN_IP" >&2
  fi
  first=${TURN_PORTS%-*}
  last=${TURN_PORTS#*-}
  {
    grep -v '^total-quota' "$here/turnserver.conf"
    echo "total-quota=$((last - first + 1))"
    echo "min-port=$first"
    echo "max-port=$last"
    echo "listening-ip=$own"
    echo "relay-ip=$own"
    # Two people behind this server meet at its own address, which the list would refuse.
    echo "allowed-peer-ip=$own"
    if [ -n "$external" ] && [ "$external" != "$own" ]; then
      echo "external-ip=$external/$own"
      echo "allowed-peer-ip=$external"
    fi
    if [ -s "$key" ]; then
      echo "cert=$certificate"
      echo "pkey=$key"
    else
      echo no-tls
    fi
    echo no-dtls
    echo "userdb=$run/users"
    echo "pidfile=$run/pid"
    # Without this coturn makes a file name of its own of the next line.
    echo simple-log
    echo "log-file=$TURN_LOG"
    # Or it says everything twice, and the second time to the engine, which keeps it.
    [ "$TURN_LOG" = stdout ] || echo no-stdout-log
    echo "static-auth-secret=$(cat "$TURN_SECRET_FILE")"
  } >"$run/turnserver.conf"
}

start() {
  write_configuration
  turnserver -c "$run/turnserver.conf" &
  server=$!
}

stop() {
  trap - TERM INT
  kill "$server" 2>/dev/null || :
  wait "$server" || :
  exit 0
}

fingerprint() { cksum "$certificate" "$key" 2>/dev/null || :; }

wait_for 60 "$TURN_SECRET_FILE" || { echo "turn: there is no secret in $TURN_SECRET_FILE: start the relay first" >&2; exit 1; }
wait_for 20 "$key" || echo "turn: no certificate yet, so no TLS" >&2
known=$(fingerprint)
trap stop TERM INT
start
while kill -0 "$server" 2>/dev/null; do
  sleep "${TURN_CERTIFICATE_SECONDS:-30}" &
  wait $! || :
  now=$(fingerprint)
  [ "$now" != "$known" ] || continue
  if [ -n "$known" ] && [ -n "$now" ]; then
    # coturn reads a renewed certificate at this signal, and calls go on.
    kill -USR2 "$server"
  else
    kill "$server"
    wait "$server" || :
    start
  fi
  known=$now
done
wait "$server"
