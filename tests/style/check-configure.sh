#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# configure names all that is missing in one line that installs it, and sets up nothing.
# What is missing is made up: a PATH with chosen programs, pkg-config with no files.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
    echo "check-configure: $*" >&2
    cat "$tmp/out" >&2
    exit 1
}

# path NAME PROGRAM...: a folder of links to these programs, and to those of configure.
path() {
    mkdir "$tmp/$1"
    dir=$tmp/$1
    shift
    for program in sh cat dirname id "$@"; do
        ln -s "$(command -v "$program")" "$dir/$program"
    done
}

# refuses 'PACKAGES' NAME [VARIABLE=VALUE...] COMMAND...: run with the PATH NAME.
refuses() {
    wanted="    apt-get install $1"
    dir=$tmp/$2
    shift 2
    if env PATH="$dir" "$@" --build-dir="$tmp/build" >"$tmp/out" 2>&1; then
        fail "nothing is missing for $dir"
    fi
    [ "$(grep -c apt-get "$tmp/out")" = 1 ] || fail "not one line of apt-get"
    grep -Fqx "$wanted" "$tmp/out" || fail "not the line: $wanted"
    [ ! -e "$tmp/build" ] || fail "a build was set up"
}

path all gcc meson ninja pkg-config python3
path no-tools gcc pkg-config
path no-headers meson ninja pkg-config python3
printf '#!/bin/sh\nexit 1\n' >"$tmp/no-headers/gcc"
chmod +x "$tmp/no-headers/gcc"

env PATH="$tmp/all" ./configure --check >"$tmp/out" 2>&1 || fail "what built this is missing"
refuses 'meson ninja-build python3' no-tools ./configure
refuses 'libc6-dev libfdt-dev' no-headers ./configure
refuses 'libglib2.0-dev libjson-c-dev liburcu-dev liburing-dev libslirp-dev' all \
    PKG_CONFIG_LIBDIR="$tmp" PKG_CONFIG_PATH= ./configure
refuses 'git clang-format clang qemu-user acpica-tools device-tree-compiler' all \
    ./configure --with-tests
if ./configure --no-such-option >"$tmp/out" 2>&1; then
    fail "an unknown option is taken"
fi
grep -q 'unknown option --no-such-option' "$tmp/out" || fail "the option is not named"
