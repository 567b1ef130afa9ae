# SPDX-License-Identifier: Apache-2.0
# The packages that building, running and testing need. Sourced by ./try and ./check, which call packages_ensure.
# Under a second when nothing is missing; never adds a foreign architecture.

packages_common="meson ninja-build pkg-config gcc libc6-dev libglib2.0-dev libglib2.0-bin libx11-dev libx11-xcb-dev
 libxcb-shm0-dev libxrandr-dev libxext-dev libxfixes-dev libxrender-dev libxft-dev libxi-dev libxtst-dev libxcomposite-dev libxdamage-dev libpng-dev
 libsecret-1-dev libseccomp-dev libssl-dev libfuse3-dev fuse3 gcc-mingw-w64-i686-win32 gcc-mingw-w64-x86-64-win32 binutils-mingw-w64 wine wine64 fonts-wine
 xvfb xauth openbox xfwm4 dbus dbus-x11 bubblewrap desktop-file-utils xdg-utils shared-mime-info xdotool x11-utils
 x11-xkb-utils xterm picom imagemagick python3 libgarcon-1-0-dev"
# What ./check alone needs; among it are servers, which nobody gets who only wants to try.
packages_tests="xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils i3-wm tint2 xfce4-panel xrdp gnome-keyring libsecret-tools
 pinentry-gtk2 python3-gi nsis wixl libkf5service-bin kde-cli-tools clang clang-format strace"
packages_slow="mmdebstrap arch-test uidmap thunar pcmanfm icewm marco mate-settings-daemon-common mutter kwin-x11" # the slow lanes alone
packages_freerdp="freerdp3-dev freerdp3-x11"
packages_backports=bookworm-backports

packages_installed() { # NAME...: the installed ones, one per line
    dpkg-query -W -f '${db:Status-Abbrev}${Package}
' "$@" 2>/dev/null | sed -n 's/^ii *//p'
}

packages_without() { # "WANTED..." "PRESENT...": the difference
    local name
    for name in $1; do
        case " $(echo $2) " in *" $name "*) ;; *) echo "$name" ;; esac
    done
}

packages_compiler_runtime() { # clang's sanitizer and fuzzer runtime carries clang's version in its name
    local depends version
    depends=$(dpkg-query -W -f '${Depends}' clang 2>/dev/null) || depends=$(apt-cache depends clang 2>/dev/null)
    version=$(printf '%s
' "$depends" | sed -n 's/.*clang-\([0-9][0-9]*\).*/\1/p' | head -n 1)
    [ -z "$version" ] || echo "libclang-rt-$version-dev"
}

packages_missing() {
    local wanted
    wanted="$packages_common $packages_freerdp"
    case " $packages_common " in *" clang "*) wanted="$wanted $(packages_compiler_runtime)" ;; esac
    packages_without "$wanted" "$(packages_installed $wanted)"
}

packages_candidate() { # NAME: whether a configured source offers it
    apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

packages_all_offered() {
    local name
    for name in "$@"; do
        packages_candidate "$name" || return 1
    done
}

packages_is_bookworm() {
    (. /etc/os-release && [ "$ID" = debian ] && [ "$VERSION_ID" = 12 ]) 2>/dev/null
}

packages_mirror() { # where this machine already gets its Debian from
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 2>/dev/null | head -n 1)
    [ -n "$mirror" ] && echo "$mirror" && return
    echo "packages: no source of bookworm is configured" >&2
    return 1
}

packages_add_backports() {
    local file=/etc/apt/sources.list.d/railhead-backports.sources mirror
    mirror=$(packages_mirror) || return 1
    echo "packages: no configured source offers FreeRDP 3; adding $packages_backports in $file"
    cat > "$file" <<SOURCE
Types: deb
URIs: $mirror
Suites: $packages_backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
}

packages_advise() { # MISSING...: for a user who may not install
    echo "packages: missing: $*" >&2
    if packages_is_bookworm && ! packages_candidate freerdp3-dev; then
        echo "packages: FreeRDP 3 is in $packages_backports; add it first:" >&2
        echo "  echo 'deb $(packages_mirror) $packages_backports main' | sudo tee /etc/apt/sources.list.d/railhead-backports.list && sudo apt-get update" >&2
    fi
    if packages_is_bookworm; then
        echo "  sudo apt-get install --no-install-recommends -t $packages_backports $packages_freerdp" >&2
        set -- $(packages_without "$*" "$packages_freerdp")
        [ $# -eq 0 ] && return
    fi
    echo "  sudo apt-get install --no-install-recommends $*" >&2
}

packages_apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" > "$packages_log" 2>&1 && return
    tail -n 15 "$packages_log" >&2
    echo "packages: apt-get $1 failed; the lines above say why" >&2
    return 1
}

packages_install() { # MISSING...
    local freerdp rest
    packages_all_offered "$@" || packages_apt update || return 1
    if packages_is_bookworm && ! packages_candidate freerdp3-dev; then
        packages_add_backports && packages_apt update || return 1
    fi
    rest=$(packages_without "$*" "$packages_freerdp")
    freerdp=$(packages_without "$*" "$rest")
    if [ -n "$rest" ]; then
        packages_apt install --no-install-recommends $rest || return 1
    fi
    [ -n "$freerdp" ] || return 0
    if packages_is_bookworm; then
        packages_apt install --no-install-recommends -t "$packages_backports" $freerdp
    else
        packages_apt install --no-install-recommends $freerdp
    fi
}

packages_ensure() {
    local missing round
    if ! command -v dpkg-query > /dev/null; then
        echo "packages: this system has no dpkg; see tests/packages.sh for what has to be there" >&2
        return 1
    fi
    for round in 1 2 3; do # the name of clang's runtime is known for certain once clang is there
        missing=$(packages_missing)
        [ -n "$missing" ] || return 0
        if [ "$(id -u)" -ne 0 ]; then
            packages_advise $missing
            return 1
        fi
        [ "$round" -lt 3 ] || break
        packages_log=$(mktemp) || return 1
        echo "packages: installing" $missing
        packages_install $missing || { rm -f "$packages_log"; return 1; }
        rm -f "$packages_log"
    done
    echo "packages: still missing after the installation:" $missing >&2
    return 1
}
