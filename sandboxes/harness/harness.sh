# Runs one script inside the sandbox. The frame on stdin is its length and itself shell text of nothing but quoted assignments:
# __sg_marker, __sg_code, __sg_context, and the variables. The log is stdout and stderr, the result follows the marker.
# This text is handed to bash whole, so it stands alone.
read -r __sg_code
eval "$(head -c "$__sg_code")"
exec < /dev/null
exec {__sg_descriptor}>&1 # kept, should the script close its stdout
__sg_home=$PWD/.sg
__sg_process=$BASHPID
__sg_line=
mkdir -p "$__sg_home"
printf '%s' "$__sg_context" > "$__sg_home/context.json"
printf '%s\n' "$__sg_code" > "$__sg_home/script.sh"
export SG_CONTEXT=$__sg_home/context.json SG_OUTPUT=$__sg_home/output
unset -v __sg_context __sg_code result

# Remembers the line that a script leaves from, which bash itself forgets.
exit() {
  local __sg_code=$?
  __sg_line=${BASH_LINENO[0]}
  builtin exit "${@:-$__sg_code}"
}

# Writes the closing frame: kind, then the text and its length in bytes.
__sg_send() {
  local LC_ALL=C
  printf '%s%s %d\n%s' "$__sg_marker" "$1" "${#2}" "$2" >&"$__sg_descriptor"
}

__sg_finish() {
  local status=$1
  set +eux
  trap - EXIT ERR
  if [[ $BASHPID != "$__sg_process" ]]; then
    return
  fi
  if ((status != 0)); then
    __sg_send error "{\"type\": \"\", \"message\": \"\", \"line\": ${__sg_line:-null}}"
  elif [[ ${result+set} ]]; then
    __sg_send text "$result"
  elif [[ -s $__sg_home/output ]]; then
    __sg_send output "$(< "$__sg_home/output")"
  else
    __sg_send "done" ""
  fi
}

trap '__sg_finish $?' EXIT
trap '[[ ${BASH_SOURCE[0]} != .sg/script.sh ]] || __sg_line=$LINENO' ERR
source .sg/script.sh
__sg_status=$?
__sg_finish "$__sg_status"
builtin exit "$__sg_status"
