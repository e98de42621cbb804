# mender-client from Debian, standalone. Sourced by board-kit/build.

. "$here/common/kit.sh"
extra_packages=(mender-client)
extra_needs+=(mender-artifact:mender-artifact)
slot_size=72
programs=(usr/bin/mender)

settings() {
    echo "artifact_name=$2" >"$1/etc/mender/artifact_info"
    # What the client remembers outlives an update.
    mkdir -p "$1/var/lib"
    ln -s /data/mender "$1/var/lib/mender"
}

update_files() {
    ln "$work/v2.img" "$work/rootfs.ext4"
    mender-artifact write rootfs-image --device-type labd-virt --artifact-name v2 --file "$work/rootfs.ext4" \
        --output-path "$1/update.mender" >"$work/mender.log" 2>&1 ||
        fail "cannot make the artifact:" "$(cat "$work/mender.log")"
}
