# RAUC from Debian, with a bundle in the verity format. Sourced by board-kit/build.

. "$here/common/kit.sh"
extra_packages=(rauc rauc-service dbus-daemon dbus-system-bus-common)
extra_needs+=(rauc:rauc mksquashfs:squashfs-tools)
slot_size=80
programs=(usr/bin/rauc usr/bin/dbus-daemon usr/share/dbus-1/system.conf)
slot_modules=(
    drivers/block/loop drivers/dax/dax drivers/md/dm-mod drivers/md/dm-bufio lib/reed_solomon/reed_solomon
    drivers/md/dm-verity fs/squashfs/squashfs
)

settings() {
    local policy
    signing_key
    # Where GLib looks for the system bus.
    mkdir -p "$1/var"
    ln -s /run "$1/var/run"
    cp "$work/certificate.pem" "$1/etc/rauc/keyring.pem"
    # Where the package keeps it differs between versions.
    policy=$(find "$from/etc/dbus-1" "$from/usr/share/dbus-1" -name 'de.pengutronix.rauc.conf' 2>/dev/null | head -n 1)
    [ -n "$policy" ] || fail "the packages have no D-Bus policy for RAUC"
    mkdir -p "$1/usr/share/dbus-1/system.d"
    cp "$policy" "$1/usr/share/dbus-1/system.d/"
}

update_files() {
    local bundle=$work/bundle
    mkdir "$bundle"
    cp --sparse=always "$work/v2.img" "$bundle/rootfs.ext4"
    cat >"$bundle/manifest.raucm" <<'END'
[update]
compatible=labd-virt
version=v2

[bundle]
format=verity

[image.rootfs]
filename=rootfs.ext4
END
    rauc --cert="$work/certificate.pem" --key="$work/key.pem" bundle "$bundle" "$1/update.raucb" \
        >"$work/rauc.log" 2>&1 || fail "cannot make the bundle:" "$(cat "$work/rauc.log")"
}
