#!/bin/sh
# writer.sh FOLDER LOG [PAUSE]: writes a new file and one line of a common file, again and again with PAUSE seconds in
# between (0.15: about five times a second), each synced to the storage (fsync(2) through dd), until LOG.stop exists. LOG gets a line per write:
# number, start and end in epoch milliseconds, "ok" only when every sync was acknowledged.
folder=$1 log=$2 pause=${3:-0.15} n=0
mkdir -p "$folder"
while [ ! -e "$log.stop" ]; do
  n=$((n + 1))
  start=$(date +%s%3N)
  if echo "$n" | dd of="$folder/n$n" conv=fsync status=none 2>>"$log.err" &&
    echo "$n" | dd of="$folder/all" oflag=append conv=notrunc,fsync status=none 2>>"$log.err"; then
    answer=ok
  else
    answer=failed
  fi
  echo "$n $start $(date +%s%3N) $answer" >>"$log"
  sleep "$pause"
done
touch "$log.ended"
