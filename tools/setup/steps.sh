# What every step of the set-up shares: one calm line with its time, the details in a log, and on
# failure one sentence that says what to do. Sourced by setup.sh.

LOG=build/setup.log

say() { printf '%s\n' "$*" >&2; }

# stop SENTENCE: exit code 2 is the project's code for "you can do something about this".
stop() {
  say "error: $*"
  exit 2
}

# The owner of a terminal sees a running clock; a log file gets a sign of life once a minute.
# `step_progress` may be redefined by a step that can count what it does.
step_progress() { :; }

tick() {
  local title=$1 start=$SECONDS
  while :; do
    if [[ -t 2 ]]; then
      printf '\r\033[K  %s %s %d s' "$title" "$(step_progress)" $((SECONDS - start)) >&2
      sleep 1 &>/dev/null
    else
      sleep 60 &>/dev/null # or it would hold the caller's pipe open after the step
      say "    $title: at work for $((SECONDS - start)) s $(step_progress)"
    fi
  done
}

# step TITLE COMMAND…: run it in the foreground, so that Ctrl-C reaches it, with a clock beside it.
step() {
  local title=$1 began=${EPOCHREALTIME/./} clock status=0
  shift
  [[ -t 2 ]] || say "  $title …"
  tick "$title" 9>&- & # 9 is the lock of setup.sh
  clock=$!
  # shellcheck disable=SC2064  # the clock of this step, not of a later one
  trap "kill $clock 2>/dev/null" EXIT
  printf '\n== %s: %s\n' "$title" "$*" >>"$LOG"
  "$@" >>"$LOG" 2>&1 </dev/null || status=$?
  kill "$clock"
  wait "$clock" 2>/dev/null || true
  trap - EXIT
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  ((status == 0)) || explain "$title"
  local took=$(((${EPOCHREALTIME/./} - began) / 100000))
  printf '  %-58s %4d.%d s\n' "$title" $((took / 10)) $((took % 10)) >&2
}

# explain TITLE: what the end of the log says about the owner's next move.
explain() {
  local end
  end=$(tail -n 40 "$LOG")
  if grep -qiE 'no space left|disk quota' <<<"$end"; then
    stop "“$1” ran out of disk space: free 3 GB and run the same command again."
  elif grep -qiE 'hash(es)? mismatch|do not match the hashes' <<<"$end"; then
    stop "“$1” received a file that is not the one in requirements.lock: try another network, then see $LOG."
  elif grep -qiE 'dns error|name resolution|failed to fetch|connection|unreachable|timed out|could not resolve' <<<"$end"; then
    stop "“$1” could not reach the network: connect it and run the same command again; finished work is kept."
  elif grep -qiE 'cc1plus.*killed|killed signal|signal: 9' <<<"$end"; then
    stop "“$1” ran out of memory: close other programs or add swap, then run the same command again."
  fi
  tail -n 5 "$LOG" | cut -c 1-200 | sed 's/^/    /' >&2
  stop "“$1” failed: read $LOG, then run the same command again; finished work is kept."
}
