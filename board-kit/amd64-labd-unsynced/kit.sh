# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which sources this
# As amd64-labd, with a labd that believes its disk without asking: what it wants to be synced is not. An exploration
# that calls this one good is none. Sourced by board-kit/build.

. "$here/amd64-labd/kit.sh"
inherits=(amd64-labd)

labd_preload=$labd_binaries/libUnsynced.so
[ -e "$labd_preload" ] || fail "kit $kit wants libUnsynced.so in the folder that LABD_BINARIES names"
recipe_files+=("$labd_preload")

# Called by amd64-labd with the folder of the programs.
change_programs() {
    cp "$labd_preload" "$1/lib/"
    mv "$1/bin/labd" "$1/bin/labd.synced"
    # shellcheck disable=SC2016 # for the board's shell
    printf '#!/bin/sh\nLD_PRELOAD=/programs/lib/libUnsynced.so exec /programs/bin/labd.synced "$@"\n' >"$1/bin/labd"
    chmod 755 "$1/bin/labd"
}
