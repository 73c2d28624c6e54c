# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completes provctl's command lines for bash: commands and options, parameters' names, and values
# where there are but a few. provctl itself knows them; nothing is listed here that it tells.

# Sets COMPREPLY to the words, one a line, that begin with the word at the cursor.
__provctl_offer() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        [[ -z $word || $word != "$2"* ]] || COMPREPLY+=("$word")
    done <<<"$1"
}

__provctl_offer_words() {
    __provctl_offer "$(printf '%s\n' "${@:2}")" "$1"
}

# The long options that the help of a command names; without one, of all commands.
__provctl_options() {
    LC_ALL=C "$1" ${2:+"$2"} --help 2>/dev/null |
        sed -nE 's/^  (-[a-zA-Z], )?(--[a-z-]+).*/\2/p'
}

__provctl_offer_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Names of parameters; "=" goes on with the value. Bash takes that for a word of its own.
__provctl_offer_assignment() {
    local provctl=$1 session=$2 current=$3 before=$4 earlier=$5
    if [[ $current == '=' ]]; then
        __provctl_offer "$("$provctl" complete choices "$before" 2>/dev/null)" ''
    elif [[ $before == '=' ]]; then
        __provctl_offer "$("$provctl" complete choices "$earlier" 2>/dev/null)" "$current"
    else
        __provctl_offer "$("$provctl" ${session:+"$session"} complete names 2>/dev/null)" "$current"
        COMPREPLY=("${COMPREPLY[@]/%/=}")
        compopt -o nospace 2>/dev/null
    fi
}

# What may follow a command; the number says how many of its arguments stand before the cursor.
__provctl_offer_argument() {
    local provctl=$1 session=$2 command=$3 number=$4 current=$5
    case $command:$number in
    get:* | describe:* | reset:* | list:0)
        __provctl_offer "$("$provctl" ${session:+"$session"} complete names 2>/dev/null)" "$current"
        ;;
    check:*) __provctl_offer_files "$current" ;;
    line:1) __provctl_offer_words "$current" active registered unregistered ;;
    line:2) mapfile -t COMPREPLY < <(compgen -c -- "$current") ;;
    line:[3-9]*) __provctl_offer_files "$current" ;;
    sip-notify:0) __provctl_offer_words "$current" check-sync reboot_now report restart_now resync ;;
    upgrade-attempted:0) __provctl_offer_words "$current" failed ok ;;
    reboot-cause:0) __provctl_offer_words "$current" other parameters upgrade ;;
    esac
}

_provctl() {
    local provctl=$1 current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' session='' number=0 i
    COMPREPLY=()

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --session) session=--session ;;
        -*) ;;
        *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else number=$((number + 1)); fi ;;
        esac
    done
    if [[ $before == --key-file ]]; then
        __provctl_offer_files "$current"
    elif [[ $before == --@(key|rule|set) || $before == -n ]]; then
        return
    elif [[ $current == -* ]]; then
        __provctl_offer "$(__provctl_options "$provctl" "$command")" "$current"
    elif [[ -z $command ]]; then
        __provctl_offer "$("$provctl" complete commands 2>/dev/null)" "$current"
    elif [[ $command == set ]]; then
        __provctl_offer_assignment "$provctl" "$session" "$current" "$before" \
            "${COMP_WORDS[COMP_CWORD - 2]-}"
    else
        __provctl_offer_argument "$provctl" "$session" "$command" "$number" "$current"
    fi
}

complete -F _provctl provctl
