# SPDX-License-Identifier: Apache-2.0
# The launchers of guests lie in a data folder of their own that comes last, so that no program of a guest stands before one of
# the host. Read by login shells (profile.d), X sessions (Xsession.d) and the generator for systemd's user manager.
case "${XDG_DATA_HOME:-${HOME:-}/.local/share}" in
/.local/share | [!/]*) ;; # nobody's home
*)
    railhead_data="${XDG_DATA_HOME:-$HOME/.local/share}/railhead/exports/share"
    case ":${XDG_DATA_DIRS:-}:" in
    *":$railhead_data:"*) ;;
    *)
        XDG_DATA_DIRS="${XDG_DATA_DIRS:-/usr/local/share/:/usr/share/}:$railhead_data"
        export XDG_DATA_DIRS
        ;;
    esac
    unset railhead_data
    ;;
esac
