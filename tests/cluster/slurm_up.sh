#!/usr/bin/env bash
# Start a SLURM of two nodes on this machine: munge, slurmctld, slurmd twice, with DBD=1 also MariaDB and slurmdbd.
# Everything lies under one folder, nothing in /etc; no systemd. Needs root; slurm_down.sh stops it.
# Usage: eval "$(slurm_up.sh FOLDER)" sets SLURM_CONF and PATH for what talks to it.
set -euo pipefail
D=${1:?usage: slurm_up.sh FOLDER}
NODES=${NODES:-2}; CPUS=${CPUS:-4}; MEM=${MEM:-8000}; GPUS=${GPUS:-1}
HOST=$(hostname -s)
mkdir -p "$D"/{ctld,log,run}
chmod 755 "$D" "$D/log" "$D/run"
# --- munge (private key + socket; runs as root, so no chown to 'munge' needed)
if [ ! -s "$D/munge.key" ]; then (umask 077; head -c 1024 /dev/urandom > "$D/munge.key"); fi
chmod 600 "$D/munge.key"
/usr/sbin/munged --key-file="$D/munge.key" --socket="$D/run/munge.socket" \
  --pid-file="$D/run/munged.pid" --log-file="$D/log/munged.log" \
  --seed-file="$D/run/munge.seed" --num-threads=2 >&2
# --- optional accounting (DBD=1): private mariadbd (unix socket + loopback port) and slurmdbd
STORE="AccountingStorageType=accounting_storage/none"
if [ "${DBD:-0}" = 1 ]; then
  if [ ! -d "$D/mysql/mysql" ]; then
    mariadb-install-db --no-defaults --user=root --datadir="$D/mysql" --auth-root-authentication-method=normal --skip-test-db >"$D/log/mariadb-install.log" 2>&1
  fi
  nohup mariadbd --no-defaults --user=root --datadir="$D/mysql" --socket="$D/run/mysql.sock" --port=16806 --bind-address=127.0.0.1 \
    --pid-file="$D/run/mariadb.pid" --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 >"$D/log/mariadb.log" 2>&1 &
  for _ in $(seq 1 100); do mariadb-admin --no-defaults -S "$D/run/mysql.sock" ping >/dev/null 2>&1 && break; sleep 0.1; done
  mariadb --no-defaults -S "$D/run/mysql.sock" -e "CREATE USER IF NOT EXISTS slurm@'127.0.0.1' IDENTIFIED BY 'slurm', slurm@localhost IDENTIFIED BY 'slurm'; CREATE DATABASE IF NOT EXISTS slurm_acct_db; GRANT ALL ON slurm_acct_db.* TO slurm@'127.0.0.1', slurm@localhost;"
  cat > "$D/slurmdbd.conf" <<C
AuthType=auth/munge
AuthInfo=socket=$D/run/munge.socket
DbdHost=localhost
DbdPort=16819
SlurmUser=root
LogFile=$D/log/slurmdbd.log
PidFile=$D/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=16806
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
C
  chmod 600 "$D/slurmdbd.conf"
  SLURM_CONF="$D/slurm.conf" /usr/sbin/slurmdbd >&2
  for _ in $(seq 1 100); do (exec 3<>/dev/tcp/127.0.0.1/16819) 2>/dev/null && break; sleep 0.1; done
  # AccountingStoragePass: the dbd client ignores AuthInfo's socket and falls back to /run/munge
  STORE="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort=16819
AccountingStorageEnforce=associations
AccountingStorageTRES=gres/gpu
AccountingStoreFlags=job_comment
AccountingStoragePass=$D/run/munge.socket"
fi
# --- slurm.conf
{
cat <<C
ClusterName=skyloom
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/run/munge.socket
CredType=cred/munge
SlurmctldPort=16817
MpiDefault=none
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd-%n.pid
SlurmdSpoolDir=$D/spool-%n
StateSaveLocation=$D/ctld
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd-%n.log
SlurmdParameters=config_overrides
SwitchType=switch/none
# scheduling
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=0
# enforcement of mem_mb / runtime without cgroups
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
KillWait=2
OverTimeLimit=0
MinJobAge=600
CompleteWait=0
InactiveLimit=0
SlurmctldTimeout=60
SlurmdTimeout=10
MaxArraySize=1001
JobRequeue=1
$STORE
GresTypes=gpu
DefMemPerCPU=100
C
for i in $(seq 1 "$NODES"); do
  echo "NodeName=n$i NodeHostname=$HOST NodeAddr=127.0.0.1 Port=$((17000+i)) CPUs=$CPUS SocketsPerBoard=1 CoresPerSocket=$CPUS ThreadsPerCore=1 RealMemory=$MEM Gres=gpu:h200:$GPUS State=UNKNOWN"
done
echo "PartitionName=cpu Nodes=n[1-$NODES] Default=YES MaxTime=2880 State=UP"
echo "PartitionName=gpu Nodes=n[1-$NODES] MaxTime=2880 State=UP"
} > "$D/slurm.conf"
# --- gres.conf: File= must be a char/block device, else 'not a valid character or block device' and no CUDA_VISIBLE_DEVICES; mknod c 1 3 is a private /dev/null
: > "$D/gres.conf"
for i in $(seq 1 "$NODES"); do
  for g in $(seq 0 $((GPUS-1))); do rm -f "$D/run/fakegpu-n$i-$g"; mknod "$D/run/fakegpu-n$i-$g" c 1 3; done
  if [ "$GPUS" = 1 ]; then f="$D/run/fakegpu-n$i-0"; else f="$D/run/fakegpu-n$i-[0-$((GPUS-1))]"; fi
  echo "NodeName=n$i Name=gpu Type=h200 Count=$GPUS File=$f" >> "$D/gres.conf"
done
export SLURM_CONF="$D/slurm.conf"
if [ "${DBD:-0}" = 1 ]; then
  sacctmgr -i add cluster skyloom >/dev/null 2>&1 || true
  sacctmgr -i add account main >/dev/null 2>&1 || true
  sacctmgr -i add user root account=main defaultaccount=main >/dev/null 2>&1 || true
fi
/usr/sbin/slurmctld -c -f "$SLURM_CONF" >&2
for i in $(seq 1 "$NODES"); do mkdir -p "$D/spool-n$i"; /usr/sbin/slurmd -N "n$i" -f "$SLURM_CONF" >&2; done
for _ in $(seq 1 50); do
  n=$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l); [ "$n" = "$NODES" ] && break; sleep 0.2
done
sinfo -N -o "%N %t %c %m %G %P" >&2
# Snakemake's jobstep takes SLURM_CONF out of the environment of its srun: a wrapper sets it again.
mkdir -p "$D/bin"
printf '#!/bin/sh\nSLURM_CONF=%s exec /usr/bin/srun "$@"\n' "$SLURM_CONF" > "$D/bin/srun"; chmod +x "$D/bin/srun"
echo "export SLURM_CONF=$SLURM_CONF PATH=$D/bin:\$PATH"
