# Runs the interpreter, sees what it leaves behind, and says how it all ended, which nobody can from outside once the
# sandbox is gone: sh -c <this> supervisor <token> <processes> <interpreter> <argument>…
# Nothing here starts a process: when it counts, there may be none to be had. POSIX sh.
token=$1
limit=$2
shift 2
"$@"
code=$?

clock() { # hundredths of a second
  read -r now _ < /proc/uptime
  now=${now%.*}${now#*.}
}

see() {
  set -- /proc/[0-9]*
  count=$# members=$*
  read -r _ _ _ _ last < /proc/loadavg # the number that was given last in here: births are seen that fell between looks
}

# The number of processes that the kernel refused, and of those that it ended for want of memory.
tell() {
  refused=0 killed=0
  [ "$count" -lt "$limit" ] || refused=1 # where the kernel does not tell
  for file in /sys/fs/cgroup/pids.events /sys/fs/cgroup/pids/pids.events; do
    if [ -r "$file" ]; then
      while read -r key value; do [ "$key" = max ] && refused=$value; done < "$file"
    fi
  done
  for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    if [ -r "$file" ]; then
      while read -r key value; do [ "$key" = oom_kill ] && killed=$value; done < "$file"
    fi
  done
}

# A bomb goes on when the script itself has long ended, and is known by its coming and going: what is left gets a moment
# to show what it is, measured also in looks, since a bomb may slow down everybody in here. Many get more of it: a shell
# that was refused a process sleeps for a second before it tries again.
clock
born=$now
changed=$now
before=
looks=0 # since something changed
all=0
while :; do
  see
  tell
  clock
  looks=$((looks + 1)) all=$((all + 1))
  [ "$count" -le 2 ] || [ "$refused" -gt 0 ] && break # 2: the first process and this one
  [ "$members $last" = "$before" ] || before="$members $last" changed=$now looks=0
  quiet=20 most=150
  [ "$count" -le 10 ] || quiet=120 most=400
  [ "$looks" -gt 30 ] && [ $((now - changed)) -gt "$quiet" ] && break
  [ "$all" -gt 1000 ] || most=1200
  [ $((now - born)) -gt "$most" ] && break
done

# Nothing of it outlives these lines. The first process and this one are spared; who is killed on a busy machine may
# need a moment to go.
if [ "$count" -gt 2 ]; then
  kill -KILL -1
  clock
  born=$now
  while see && clock && [ "$count" -gt 2 ] && [ $((now - born)) -le 100 ]; do :; done
fi

mark() {
  printf '\036sg-end:%s %d %d %d\n' "$token" "$code" "$refused" "$killed"
}
mark >&2
mark
exit "$code"
