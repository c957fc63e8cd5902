#!/usr/bin/env bash
# Stop what slurm_up.sh started, by pid file, in order.
D=${1:?usage: slurm_down.sh FOLDER}
export SLURM_CONF="$D/slurm.conf"
scancel --quiet -u root 2>/dev/null; sleep 0.5
for p in "$D"/run/slurmd-*.pid "$D"/run/slurmctld.pid "$D"/run/slurmdbd.pid "$D"/run/mariadb.pid "$D"/run/munged.pid; do
  [ -s "$p" ] || continue
  pid=$(cat "$p"); kill "$pid" 2>/dev/null
  case "$p" in *munged.pid) sleep 0.3; kill -9 "$pid" 2>/dev/null; rm -f "$D"/run/munge.socket*; continue;; esac  # munged takes ~10 s on TERM
  for _ in $(seq 1 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -0 "$pid" 2>/dev/null && { echo "kill -9 $pid ($p)"; kill -9 "$pid"; }
done
exit 0
