# SPDX-License-Identifier: Apache-2.0
# Completion of railhead for bash. Looks at files alone: nothing is started for it.

_railhead_guests() {
    local file
    for file in "${XDG_CONFIG_HOME:-$HOME/.config}"/railhead/guests/*.conf; do
        [ -f "$file" ] && file=${file##*/} && echo "${file%.conf}"
    done
}

_railhead_programs() { # those that have a launcher, a line each
    sed -s -n '/^\[Desktop Action/q; s/^Name=//p' \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/applications/io.railhead.*.desktop 2> /dev/null
}

_railhead_shares() {
    sed -n 's/^\[share \(.*\)\]$/\1/p' "${XDG_CONFIG_HOME:-$HOME/.config}"/railhead/guests/*.conf 2> /dev/null
}

_railhead_lines() { # each line is one word, with its blanks
    local line
    while IFS= read -r line; do
        [[ ${line,,} == "${current,,}"* ]] && COMPREPLY+=("$(printf %q "$line")")
    done
}

_railhead_words() {
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$current")
}

_railhead_keys() { # KEY=VALUE; bash has taken it apart at the =
    local key=$previous value=$current
    [ "$current" = = ] && value=
    [ "$previous" = = ] && key=${COMP_WORDS[COMP_CWORD - 2]}
    if [ "$current" != = ] && [ "$previous" != = ]; then
        compopt -o nospace
        mapfile -t COMPREPLY < <(compgen -S = -W "kind address user pixels security tls certificate depth frame size documents scale linger start open-links open-documents" -- "$current")
        return
    fi
    case $key in
        kind) mapfile -t COMPREPLY < <(compgen -W "embedded rdp xp" -- "$value") ;;
        pixels) mapfile -t COMPREPLY < <(compgen -W "auto gfx legacy" -- "$value") ;;
        security) mapfile -t COMPREPLY < <(compgen -W "nla tls nla,tls rdp" -- "$value") ;;
        tls) mapfile -t COMPREPLY < <(compgen -W "1.2 1.0" -- "$value") ;;
        depth) mapfile -t COMPREPLY < <(compgen -W "15 16 24 32" -- "$value") ;;
        documents) mapfile -t COMPREPLY < <(compgen -W "allow refuse" -- "$value") ;;
    esac
}

_railhead_guest() { # the words after "guest"
    case ${COMP_WORDS[2]}:$COMP_CWORD in
        *:2) _railhead_words list add set login trust kit remove ;;
        kit:3) _railhead_words xp ;;
        kit:4) compopt -o dirnames ;;
        list:*) _railhead_words --json ;;
        add:3) ;;
        add:* | set:[4-9] | set:??) _railhead_keys ;;
        login:3 | trust:3 | remove:3 | set:3) _railhead_words "$(_railhead_guests)" ;;
        login:*) _railhead_words --forget ;;
        remove:*) _railhead_words --purge ;;
    esac
}

_railhead_share() {
    case ${COMP_WORDS[2]}:$COMP_CWORD in
        *:2) _railhead_words list add remove ;;
        add:4) compopt -o dirnames ;;
        remove:3) _railhead_lines < <(_railhead_shares) ;;
        *) _railhead_words --json --read-only --guest ;;
    esac
}

_railhead_apps() {
    case ${COMP_WORDS[2]}:$COMP_CWORD in
        *:2) _railhead_words hide show rename icon reset --all --json ;;
        hide:3 | rename:3 | icon:3 | reset:3) _railhead_lines < <(_railhead_programs) ;;
    esac
}

_railhead() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _railhead_words status apps run windows guest share open requests site links desktop stop doctor report --json --help --version
        return
    fi
    if [ "$previous" = --guest ]; then
        _railhead_words "$(_railhead_guests)"
        return
    fi
    case ${COMP_WORDS[1]} in
        guest) _railhead_guest ;;
        share) _railhead_share ;;
        apps) _railhead_apps ;;
        run) if [ "$COMP_CWORD" -eq 2 ]; then _railhead_lines < <(_railhead_programs); else compopt -o default; fi ;;
        desktop) _railhead_words "--show --hide --toggle --fullscreen --all-monitors $(_railhead_guests)" ;;
        stop) _railhead_words "$(_railhead_guests)" ;;
        status | windows | doctor) _railhead_words --json ;;
        report) compopt -o default ;;
    esac
}

complete -F _railhead railhead
