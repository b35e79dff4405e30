# Runs one script inside the sandbox. The frame on stdin is its length, and shell text of nothing but quoted assignments:
# __sg_marker, __sg_code, __sg_context, __sg_files, and the variables. The log is stdout and stderr, the result follows the marker.
# This text is handed to bash whole, so it stands alone.
read -r __sg_code
eval "$(head -c "$__sg_code")"
exec < /dev/null
exec {__sg_descriptor}>&1 # kept, should the script close its stdout
__sg_home=$PWD/.sg
__sg_process=$BASHPID
__sg_line=
export SG_FILES=$__sg_home/files
mkdir -p "$SG_FILES"
printf '%s' "$__sg_context" > "$__sg_home/context.json"
printf '%s\n' "$__sg_code" > "$__sg_home/script.sh"
export SG_CONTEXT=$__sg_home/context.json SG_OUTPUT=$__sg_home/output
for __sg_name in "${!__sg_files[@]}"; do # marked by a time long ago: others the script wrote, or changed
  printf '%s' "${__sg_files[$__sg_name]}" | base64 -d > "$SG_FILES/$__sg_name"
  touch -d @0 "$SG_FILES/$__sg_name"
done
unset -v __sg_context __sg_code __sg_files __sg_name result

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

__sg_send_files() {
  local LC_ALL=C name size
  while IFS= read -r -d '' name; do
    size=$(stat -c %s -- "$SG_FILES/$name")
    printf '%sfile %d\n%s\n' "$__sg_marker" $((${#name} + 1 + size)) "$name" >&"$__sg_descriptor"
    cat -- "$SG_FILES/$name" >&"$__sg_descriptor"
  done < <(find "$SG_FILES" -maxdepth 1 -type f -newermt @0.5 -printf '%f\0' 2> /dev/null)
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
    return
  fi
  ! compgen -G "$SG_FILES/*" > /dev/null || __sg_send_files
  if [[ ${result+set} ]]; then
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
